import { z } from 'zod';
import type { LedgerEntry } from '../../access/ledger';
import { chatUser } from '../../access/person';
import { Refused } from '../../access/refused';
import { accessRequest } from '../../access/request';
import { ask } from './asking';
import { forExplaining } from './bench';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import {
  chatUserOf,
  factsAbout,
  identifyOrNobody,
  only,
  type Facts,
  type KnownReview,
} from './facts';

/** A look at a request for whoever wants to know why. It rests on the record, and is no authority for anything. */
export const explaining = (deps: ActivityDeps): Pick<Activities, 'lookAtRequest'> => ({
  async lookAtRequest({ requestId }) {
    const opened = only(deps, { key: `request.opened:${requestId}` });
    if (!opened) throw new Refused('There is no such request on record.');
    const at = deps.now();
    try {
      const about = await factsAbout(deps, requestOf(opened));
      const { question } = await ask(deps, about, await reviewsOf(deps, about), at);
      const { verdict, policyHash, parts } = deps.policy.explain(
        await forExplaining(deps, about.role, question),
      );
      return { verdict, at: question.at, policyHash, parts };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return {
        verdict: 'deny',
        at: at.toISOString(),
        policyHash: deps.policy.hash,
        parts: [{ title: 'The answer: no', lines: [error.message] }],
      };
    }
  },
});

const requestOf = ({ requestId, actor, at, data }: LedgerEntry) =>
  accessRequest.parse({
    ...data,
    requestId,
    requester: chatUserOf(actor),
    submittedAt: at,
  });

const said = z.object({ by: chatUser, verdict: z.enum(['approve', 'deny']) });

/** The reviews that counted; whose right is gone by now is left out, as in any decision. */
async function reviewsOf(deps: ActivityDeps, about: Facts): Promise<KnownReview[]> {
  const { requestId } = about.request;
  const reviews: KnownReview[] = [];
  for (const entry of deps.ledger.entries({ requestId, kinds: ['request.reviewed'] })) {
    const { by, verdict } = said.parse(entry.data);
    const person = await identifyOrNobody(deps, by);
    const statement = {
      kind: 'review' as const,
      requestId,
      termsHash: about.termsHash,
      by,
      verdict,
      at: entry.at,
    };
    if (person) reviews.push({ statement, person, seal: entry.key });
  }
  return reviews;
}
