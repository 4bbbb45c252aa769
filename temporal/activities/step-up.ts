import type { CatalogRole, StepUpAct } from '../../access/catalog';
import type { Person } from '../../access/person';
import { Refused } from '../../access/refused';
import type { StepUpEvidence } from '../../access/statement';
import { subjectHash } from '../../keys/subject';

/** The directory's clock and ours may differ by this much. */
const CLOCKS_MS = 60_000;

/** Something that was said under one signature, with the evidence that stands in it. */
export interface Said {
  at: string;
  stepUp?: StepUpEvidence | undefined;
}

const WORDS: Record<StepUpAct, { to: string; this: string; wouldPass: string }> = {
  approve: {
    to: 'approve',
    this: 'this approval',
    wouldPass:
      'Press Approve on the newest card and sign in; what was approved without must be asked for again.',
  },
  connect: {
    to: 'connect a terminal to',
    this: 'this confirmation',
    wouldPass: 'Press Connect for a new code, and sign in where Confirm leads to.',
  },
  breakGlass: {
    to: 'break the glass for',
    this: 'this request',
    wouldPass: 'Ask again with /request-access --break-glass, and sign in where the form leads to.',
  },
};

/**
 * Where the role demands it, an act counts only with the evidence of a fresh sign-in of whoever did it, for that very
 * act: the evidence stands inside what the edge signed, beside what it is for. Says why it does not count, or undefined.
 */
export function whyNotSteppedUp(
  signInIssuer: string | undefined,
  { id, stepUp }: Pick<CatalogRole, 'id' | 'stepUp'>,
  act: StepUpAct,
  { at, stepUp: shown }: Said,
  person: Person,
): Refused | undefined {
  if (!stepUp?.before.includes(act)) return undefined;
  const words = WORDS[act];
  const refuse = (what: string): Refused =>
    new Refused(
      `To ${words.to} ${id}, ${person.name} has to sign in afresh at the company directory for it: ${what}.`,
      words.wouldPass,
    );
  if (shown === undefined) return refuse(`${words.this} came without`);
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

/** The same, thrown. */
export function requireSteppedUp(...about: Parameters<typeof whyNotSteppedUp>): void {
  const why = whyNotSteppedUp(...about);
  if (why) throw why;
}

export const onRecord = ({ acr, ...evidence }: StepUpEvidence) => ({
  ...evidence,
  ...(acr !== undefined && { acr }),
});
