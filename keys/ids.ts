import { createHash, randomBytes } from 'node:crypto';
import { base32 } from './base32';

/** The same submission (a chat form has one id for its life) is the same request. */
export const requestIdFor = (workspace: string, submission: string): string =>
  `r-${base32(createHash('sha256').update(`${workspace}\n${submission}`).digest(), 16)}`;

/** 50 random bits. Made in an activity: a workflow's own random numbers can be predicted. */
export const newGrantId = (): string => `g-${base32(randomBytes(8), 10)}`;

/** The same access of the same person, since the same entry of the record, is the same finding. */
export const quarantineIdFor = (place: string, person: string, since: number): string =>
  `q-${base32(createHash('sha256').update(`${place}\n${person}\n${since}`).digest(), 16)}`;

/** The same words (a command has one trigger for its life) are the same absence. */
export const awayIdFor = (workspace: string, trigger: string): string =>
  `d-${base32(createHash('sha256').update(`${workspace}\naway\n${trigger}`).digest(), 16)}`;

/** The same submission is the same mass cut. */
export const cutIdFor = (workspace: string, submission: string): string =>
  `k-${base32(createHash('sha256').update(`${workspace}\ncut\n${submission}`).digest(), 16)}`;
