import type { Catalog } from '../../access/catalog';
import type { ChatUser } from '../../access/chat-user';
import type { Outcome } from '../../access/desk';
import type { People, Person } from '../../access/person';
import { Refused } from '../../access/refused';
import type { Freshness, Linking, SignedIn } from '../../access/sign-in';
import type { StepUpEvidence } from '../../access/statement';
import { subjectHash } from '../../keys/subject';
import type { ButtonValue } from '../button-value';
import type { Front } from '../front';
import { refusalText } from '../names';
import { recordRefusal } from '../refusals';
import { hashOf } from './offers';
import type { Row } from './page';

/** Says a sentence to one person, as well as it goes. */
export type Tell = (who: ChatUser, sentence: string) => Promise<void>;

/** What every errand works with that needs a fresh sign-in. */
export interface StepUpParts {
  catalog: Catalog;
  front: Pick<Front, 'desk' | 'signer' | 'now' | 'ledger' | 'log' | 'client'>;
  people: People;
  linking: Linking;
  tell: Tell;
}

/** What the role asks of the sign-in; of a role that asks nothing any more, still a fresh one. */
export function freshFor(catalog: Catalog, role: string): Freshness {
  const { maxAgeSeconds = 60, acr = [] } = catalog.role(role)?.stepUp ?? {};
  return { maxAgeSeconds, acr: [...acr] };
}

/** Throws unless whoever signed in is the linked person of whoever pressed the button. */
export async function whoPressed(
  { linking, people }: Pick<StepUpParts, 'linking' | 'people'>,
  { by, said, button }: { by: ChatUser; said: SignedIn; button: string },
): Promise<Person> {
  const [signed, pressed] = [await linking.whoSignedIn(said), await people.identify(by)];
  if (signed.id !== pressed.id)
    throw new Refused(
      `${signed.name} signed in, and it was ${pressed.name} who pressed ${button}.`,
      'Whoever presses the button has to sign in themselves.',
    );
  return signed;
}

export function evidenceOf({ issuer, subject, authTime, acr }: SignedIn): StepUpEvidence {
  if (authTime === undefined) throw new Error('a fresh sign-in says when it was');
  return {
    issuer,
    subjectHash: subjectHash(issuer, subject),
    authTime,
    ...(acr !== undefined && { acr }),
  };
}

/** The same press again is the same click. */
export const clickOf = (attempt: string): string => `s-${hashOf(attempt).slice(0, 32)}`;

export const signedInAs = (label: string, { name, emails, id }: Person): Row => ({
  label,
  text: name,
  more: emails[0] ?? id,
});

/** The page after the press: what became of it. A refusal is put on record and thrown. */
export async function pageOf<T extends object>(
  { front }: Pick<StepUpParts, 'front'>,
  outcome: Outcome<T>,
  press: { by: ChatUser; clickId: string; what: string; about: ButtonValue | undefined },
  words: { done: (is: T) => { title: string; sentence: string }; pending: string },
): Promise<{ title: string; sentence: string }> {
  switch (outcome.outcome) {
    case 'done':
      return words.done(outcome);
    case 'pending':
      return { title: 'Not known yet', sentence: `${outcome.because} ${words.pending}` };
    case 'refused':
      recordRefusal(front, { ...press, because: outcome.because });
      throw new Refused(await refusalText(front.client, outcome));
  }
}
