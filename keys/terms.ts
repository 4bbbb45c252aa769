import type { Terms } from '../access/grant';
import { hashOf } from './canonical';

/** What a vote names. Any change to the terms is another hash, so old votes no longer fit. */
export const hashTerms = (terms: Terms): string => hashOf(terms);
