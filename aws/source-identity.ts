import { createHash } from 'node:crypto';

/** What STS takes as a source identity; the `sha256-` names are ours alone. */
const TAKEN_AS_IS = /^(?!sha256-)[\w+=,.@-]{2,64}$/;

/**
 * Who stands behind a session, in a form that STS takes: the directory id itself, or a stable hash
 * where its characters or length do not fit. Never an e-mail address: those are reassigned.
 */
export const sourceIdentityFor = (directoryId: string): string =>
  TAKEN_AS_IS.test(directoryId)
    ? directoryId
    : `sha256-${createHash('sha256').update(directoryId).digest('base64url')}`;
