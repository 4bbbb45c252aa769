import { z } from 'zod';

/** Derived from the submission, so that the same submission is the same request. */
export const requestId = z.string().regex(/^r-[a-z2-7]{16}$/, 'a request id looks like r-…');

/** Random (50 bits). Short, because it stands in every session name and revocation entry. */
export const grantId = z.string().regex(/^g-[a-z2-7]{10}$/, 'a grant id looks like g-…');

/** Derived from the submission of a mass cut. */
export const cutId = z.string().regex(/^k-[a-z2-7]{16}$/, 'a mass cut id looks like k-…');

/** Derived from who holds what since when, so that the same finding is the same quarantine. */
export const quarantineId = z.string().regex(/^q-[a-z2-7]{16}$/, 'a quarantine id looks like q-…');

/** Derived from the words that said who answers for whom, so that the same words are the same statement. */
export const awayId = z.string().regex(/^d-[a-z2-7]{16}$/, 'an absence id looks like d-…');

/** An instant, ISO 8601 in UTC with milliseconds. */
export const instant = z.iso.datetime();
