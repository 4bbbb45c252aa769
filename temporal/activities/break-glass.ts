import { z } from 'zod';
import type { LedgerEntry } from '../../access/ledger';
import { chatUser, type Person } from '../../access/person';
import { Refused } from '../../access/refused';
import type { BreakGlassReviewStatement } from '../../access/statement';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { chatActor, only, sealKey, textIn, type Facts } from './facts';
import { unreviewed } from './prior-grants';

/** What `breakglass.used` says: all that a review needs, in one entry. */
const use = z.object({
  person: z.string(),
  requester: chatUser,
  requesterName: z.string(),
  role: z.object({ id: z.string(), title: z.string() }),
  account: z.object({ id: z.string(), name: z.string(), env: z.string() }),
  reason: z.string(),
  until: z.string(),
  reviewers: z.string(),
  factsAt: z.string().optional(),
  dueAt: z.string(),
});

/** A break-glass after it was given: its review. */
export const breakGlass = (
  deps: ActivityDeps,
): Pick<Activities, 'startBreakGlassReview' | 'openReviewTask' | 'judgeBreakGlass'> => ({
  async startBreakGlassReview({ requestId }) {
    if (only(deps, { key: usedKey(requestId) })) await deps.startReview(requestId);
  },

  async openReviewTask({ requestId }) {
    const used = usedOn(deps, requestId);
    const { person: _id, factsAt, ...told } = use.parse(used.data['use']);
    const reviewed = only(deps, { key: reviewedKey(requestId) });
    return {
      ...told,
      ...(factsAt !== undefined && { factsAt }),
      requestId,
      grantId: used.grantId ?? '',
      channel: deps.catalog.securityChannel,
      from: used.at,
      overdue: false,
      ...(reviewed && { outcome: outcomeIn(reviewed) }),
    };
  },

  async judgeBreakGlass({ requestId, reviewSeal }) {
    const said = await deps.edge.verify(reviewSeal, 'breakGlassReview');
    const used = usedOn(deps, requestId);
    try {
      if (said.requestId !== requestId) throw new Refused('This was said of another break-glass.');
      const by = await mayReview(deps, said, used);
      const reviewed = deps.ledger.append({
        kind: 'breakglass.reviewed',
        key: reviewedKey(requestId),
        at: said.at,
        requestId,
        ...(used.grantId !== undefined && { grantId: used.grantId }),
        actor: by.id,
        data: {
          verdict: said.verdict,
          note: said.note,
          by: { ...said.by },
          seal: sealKey(reviewSeal),
        },
      });
      if (reviewed.data['seal'] !== sealKey(reviewSeal))
        throw new Refused('Somebody has reviewed it already.');
      return outcomeIn(reviewed);
    } catch (error) {
      if (error instanceof Refused) recordRefused(deps, said, reviewSeal, error.because);
      throw error;
    }
  },
});

/** From here on a review is owed. Right after `grant.activated`, before anything is minted. */
export function recordUse(
  deps: ActivityDeps,
  { request, requester, role, factsAt }: Facts,
  activated: LedgerEntry,
): void {
  const { breakGlass: terms } = role;
  if (!terms) throw new Refused(`${role.id} is not to be had by break-glass any more.`);
  const dueAt = new Date(Date.parse(activated.at) + terms.reviewSeconds * 1000).toISOString();
  const until = textIn(activated, 'until');
  deps.ledger.append({
    kind: 'breakglass.used',
    key: usedKey(request.requestId),
    at: activated.at,
    requestId: request.requestId,
    ...(activated.grantId !== undefined && { grantId: activated.grantId }),
    actor: requester.id,
    data: {
      person: requester.id,
      role: role.id,
      until,
      use: {
        person: requester.id,
        requester: { ...request.requester },
        requesterName: requester.name,
        role: { id: role.id, title: role.title },
        account: role.account,
        reason: request.reason,
        until,
        reviewers: terms.reviewers,
        ...(factsAt !== undefined && { factsAt }),
        dueAt,
      } satisfies z.infer<typeof use>,
    },
  });
}

/** Somebody is refused because of these: their tasks must be there, whatever an operator did to them. */
export async function remindOfReviews(deps: ActivityDeps, person: string): Promise<void> {
  const open = unreviewed(deps).filter(({ data }) => data['person'] === person);
  for (const { requestId } of open) if (requestId !== undefined) await deps.startReview(requestId);
}

const usedKey = (requestId: string): string => `breakglass.used:${requestId}`;
const reviewedKey = (requestId: string): string => `breakglass.reviewed:${requestId}`;

function usedOn(deps: ActivityDeps, requestId: string): LedgerEntry {
  const used = only(deps, { key: usedKey(requestId) });
  if (!used) throw new Refused('There is no break-glass of this request on record.');
  return used;
}

/** With facts of this moment, about both. Whoever has left the directory is still the one who did it. */
async function mayReview(
  deps: ActivityDeps,
  said: BreakGlassReviewStatement,
  used: LedgerEntry,
): Promise<Person> {
  const by = await deps.people.identify(said.by);
  const { person: id, role } = use.parse(used.data['use']);
  const requester = (await deps.directory.person(id)) ?? {
    id,
    emails: [],
    groups: [],
    active: false,
  };
  const decision = deps.policy.mayReviewBreakGlass({ by, requester, role: role.id });
  if (decision.verdict !== 'grant') throw new Refused(decision.because.join(' '));
  return by;
}

const outcome = z.object({
  verdict: z.enum(['justified', 'not-justified']),
  note: z.string(),
  by: chatUser,
});

function outcomeIn({ at, data }: LedgerEntry) {
  const { note, ...rest } = outcome.parse(data);
  return { ...rest, at, ...(note !== '' && { note }) };
}

const recordRefused = (
  deps: ActivityDeps,
  { requestId, by, at, verdict }: BreakGlassReviewStatement,
  reviewSeal: string,
  because: string,
) =>
  deps.ledger.append({
    kind: 'click.refused',
    key: `breakglass.review:${sealKey(reviewSeal)}`,
    at,
    requestId,
    actor: chatActor(by),
    data: { what: `review: ${verdict}`, because },
  });
