import type { CatalogRole } from '../../access/catalog';
import type { Person } from '../../access/person';
import { Refused } from '../../access/refused';
import type { ReviewStatement, StepUpEvidence } from '../../access/statement';
import { subjectHash } from '../../keys/subject';

/** The directory's clock and ours may differ by this much. */
const CLOCKS_MS = 60_000;

/**
 * An approval of a role that demands it counts only with the evidence of a fresh sign-in of its giver, for that very
 * vote: the evidence stands inside what the edge signed, beside the terms. Says why it does not count, or undefined.
 * A denial needs none.
 */
export function whyNotSteppedUp(
  signInIssuer: string | undefined,
  { id, stepUp }: Pick<CatalogRole, 'id' | 'stepUp'>,
  { verdict, at, stepUp: shown }: ReviewStatement,
  person: Person,
): Refused | undefined {
  if (stepUp === undefined || verdict !== 'approve') return undefined;
  const refuse = (what: string): Refused =>
    new Refused(
      `To approve ${id}, ${person.name} has to sign in afresh at the company directory for it: ${what}.`,
      'Press Approve on the newest card and sign in; what was approved without must be asked for again.',
    );
  if (shown === undefined) return refuse('this approval came without');
  if (signInIssuer === undefined || shown.issuer !== signInIssuer)
    return refuse('this was a sign-in somewhere else');
  if (shown.subjectHash !== subjectHash(shown.issuer, person.id))
    return refuse('it was somebody else who signed in');
  const age = Date.parse(at) - Date.parse(shown.authTime);
  if (!(age >= -CLOCKS_MS && age <= stepUp.maxAgeSeconds * 1000))
    return refuse(`the sign-in was not within ${stepUp.maxAgeSeconds} s before it`);
  if (stepUp.acr.length > 0 && !stepUp.acr.includes(shown.acr ?? ''))
    return refuse(`the sign-in was weaker than ${stepUp.acr.join(' or ')}`);
  return undefined;
}

export const onRecord = ({ acr, ...evidence }: StepUpEvidence) => ({
  ...evidence,
  ...(acr !== undefined && { acr }),
});
