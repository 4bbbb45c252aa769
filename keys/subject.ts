import { hashOf } from './canonical';

/** Who signed in where, for those who know whom they expect. */
export const subjectHash = (issuer: string, subject: string): string => hashOf({ issuer, subject });
