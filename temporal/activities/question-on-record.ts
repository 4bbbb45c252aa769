import { z } from 'zod';
import type { Decision, Question, UncertainFact } from '../../access/decision';
import { hashOf } from '../../keys/canonical';

/**
 * A question as it goes on record: what the decision rested on, for whoever asks later why it was taken, or what
 * another policy would have said. Names are not needed for it, and addresses only to tell that two are the same.
 */
export const onRecord = (question: Question): Question => ({
  ...question,
  people: question.people.map(({ id, emails, groups, active, onCall, manager }) => ({
    id,
    emails: emails.filter((email) => email.trim() !== '').map(pseudonym),
    groups,
    active,
    ...(onCall !== undefined && { onCall }),
    ...(manager !== undefined && { manager: manager.includes('@') ? pseudonym(manager) : manager }),
  })),
});

/** What a decision rested on, for its entry in the ledger. */
export const restsOn = (
  question: Question,
  { verdict }: Decision,
  missing: Partial<Record<UncertainFact, string>> = {},
) => ({
  decided: verdict,
  question: z.json().parse(onRecord(question)),
  ...(Object.keys(missing).length > 0 && { missing }),
});

/** Folded as policy folds addresses. */
const pseudonym = (email: string): string =>
  hashOf(email.trim().normalize('NFKC').toLowerCase()).slice(0, 22);
