import type { Decision, Policy, Question } from '../access/decision';

/** A decision on record: what was asked and what the policy of then said. */
export interface PastDecision {
  requestId: string;
  question: Question;
  verdict: Decision['verdict'];
}

/** A decision that another policy would take otherwise. */
export interface Flip {
  requestId: string;
  at: string;
  role: string;
  requester: string;
  was: Decision['verdict'];
  is: Decision['verdict'];
  /** Gives more than before, or less. */
  direction: 'looser' | 'stricter';
  because: string[];
}

const ORDER: Record<Decision['verdict'], number> = { deny: 0, ask: 1, grant: 2 };

/** Puts every question on record to this policy; of each request the first answer that differs, in their order. */
export function replay(policy: Policy, past: readonly PastDecision[]): Flip[] {
  const flips = new Map<string, Flip>();
  for (const { requestId, question, verdict: was } of past) {
    if (flips.has(requestId)) continue;
    const { verdict, because, lacksPeople } = policy.decide(question);
    // Where it was granted, nobody else was looked up: that others might have said yes cannot be told from the record.
    const is = was === 'grant' && lacksPeople ? 'ask' : verdict;
    if (is === was) continue;
    flips.set(requestId, {
      requestId,
      at: question.at,
      role: question.role,
      requester: question.requester,
      was,
      is,
      direction: ORDER[is] > ORDER[was] ? 'looser' : 'stricter',
      because,
    });
  }
  return [...flips.values()];
}
