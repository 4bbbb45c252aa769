import { z } from 'zod';
import type { Decision, Question } from '../../access/decision';
import { sameChatUser } from '../../access/chat-user';
import type { LedgerEntry } from '../../access/ledger';
import type { Alarm, Named, Reminder } from '../../access/messages';
import { Refused } from '../../access/refused';
import { Links } from '../../access/links';
import type { Activities, CallOrder } from './contract';
import { ask } from './asking';
import type { ActivityDeps } from './deps';
import { namedIn, whomToTell } from './escalating';
import { chatActor, factsOf, knownReviews, only, sealKey, type Facts } from './facts';

/** Calling for an answer while a request waits. Whoever is told has no more say than before. */
export const calling = (
  deps: ActivityDeps,
): Pick<Activities, 'remindReviewers' | 'escalate' | 'closeEscalation'> => {
  const links = new Links(deps.ledger);
  return {
    async remindReviewers(order) {
      const open = await stillOpen(deps, order);
      if (!open) return NOBODY;
      const { about, decision, awaited } = open;
      const { requestId, requester } = about.request;
      const said = 'nudgeSeal' in order ? await nudgeOf(deps, order.nudgeSeal, about) : undefined;
      const key = 'nudgeSeal' in order ? `nudge:${sealKey(order.nudgeSeal)}` : order.key;
      const isStuck = decision.verdict !== 'ask';
      const to = isStuck ? { known: [requester], others: 0 } : namedIn(links, awaited);
      const recordKey = `request.reminded:${requestId}:${key}`;
      if (only(deps, { key: recordKey })) return to;
      await deps.messenger.remind(order.card, {
        ...reminderOf(order, about, key, decision),
        to,
        ...(isStuck
          ? { kind: 'stuck', because: decision.because.join(' ') }
          : said
            ? { kind: 'nudge', by: said.by }
            : { kind: 'reminder' }),
      });
      deps.ledger.append({
        kind: 'request.reminded',
        key: recordKey,
        at: deps.now().toISOString(),
        requestId,
        actor: said ? chatActor(said.by) : 'curfew',
        data: { why: said ? 'nudge' : key, awaited: isStuck ? [] : awaited },
      });
      return to;
    },

    async escalate(order) {
      const open = await stillOpen(deps, order);
      const terms = open?.about.role.calls?.escalate;
      if (!open || !terms) return undefined;
      const { about, decision, awaited } = open;
      const { requestId } = about.request;
      const key = escalatedKey(requestId);
      const before = only(deps, { key });
      if (before) return alarmOf(about, decision, order.answerBy, missedIn(before));
      const told = await whomToTell(deps, links, terms);
      const alarm = alarmOf(about, decision, order.answerBy, told.missed);
      if ('channel' in told) await deps.messenger.alarm(told.channel, alarm);
      else
        await deps.messenger.remind(order.card, {
          ...reminderOf(order, about, 'escalation', decision),
          kind: 'escalation',
          ...told,
        });
      deps.ledger.append({
        kind: 'request.escalated',
        key,
        at: deps.now().toISOString(),
        requestId,
        actor: 'curfew',
        data: {
          to: 'channel' in told ? { channel: told.channel } : { ...told.of },
          ...(told.missed.length > 0 && { missed: told.missed }),
          title: alarm.title,
          text: alarm.text,
          awaited,
        },
      });
      return alarm;
    },

    async closeEscalation({ alarm, outcome }) {
      const { requestId = '' } = alarm;
      const to = toChannel.safeParse(only(deps, { key: escalatedKey(requestId) })?.data['to']);
      // Beside the card, the card itself says how it ended.
      if (!to.success) return;
      await deps.messenger.alarm(to.data.channel, {
        ...alarm,
        key: `${alarm.key}:over`,
        title: `Over: ${alarm.title}`,
        text: outcome,
      });
    },
  };
};

const missedIn = ({ data }: LedgerEntry): string[] =>
  z.array(z.string()).catch([]).parse(data['missed']);
const toChannel = z.object({ channel: z.string() });
const NOBODY: Named = { known: [], others: 0 };
const escalatedKey = (requestId: string): string => `request.escalated:${requestId}`;

interface Open {
  about: Facts;
  decision: Decision;
  awaited: string[];
}

/** With the facts of this moment; undefined when the record says that it was decided or closed. */
async function stillOpen(
  deps: ActivityDeps,
  { requestSeal, reviewSeals }: CallOrder,
): Promise<Open | undefined> {
  const about = await factsOf(deps, requestSeal);
  const { requestId } = about.request;
  const ended = deps.ledger.entries({
    requestId,
    kinds: ['grant.activated', 'end.asked'],
    limit: 1,
  });
  if (ended.length > 0 || only(deps, { key: `request.closed:${requestId}` })) return undefined;
  const reviews = await knownReviews(deps, about, reviewSeals);
  const { question, decision } = await ask(deps, about, reviews, deps.now());
  return decision.verdict === 'grant'
    ? undefined
    : { about, decision, awaited: awaitedOf(question, decision) };
}

/** Who could still fill a seat. In the place of somebody who is away it is whoever answers for them. */
function awaitedOf({ delegations = [] }: Question, { approvers }: Decision): string[] {
  const answered = delegations.filter(({ to }) => approvers.includes(to)).map(({ by }) => by);
  return approvers.filter((id) => !answered.includes(id));
}

async function nudgeOf(deps: ActivityDeps, nudgeSeal: string, { request }: Facts) {
  const said = await deps.edge.verify(nudgeSeal, 'nudge');
  if (said.requestId !== request.requestId || !sameChatUser(said.by, request.requester))
    throw new Refused('Only the requester can have the others reminded.');
  return said;
}

const reminderOf = (
  { answerBy }: CallOrder,
  { request: { requestId }, role }: Facts,
  key: string,
  { rule, stage }: Decision,
): Omit<Reminder, 'to' | 'kind'> => ({
  requestId,
  key,
  rule: stage?.rule ?? rule ?? role.rule,
  answerBy,
});

const alarmOf = (
  { request, requester, role }: Facts,
  { because }: Decision,
  answerBy: string,
  missed: readonly string[],
): Alarm => ({
  key: `unanswered:${request.requestId}`,
  requestId: request.requestId,
  title: `Not decided: ${role.id} in ${role.account.name}, for ${requester.name}`,
  text: [
    `The card is in ${role.channel}. ${because.join(' ')}`,
    ...missed,
    `Without an answer it lapses at ${answerBy.slice(0, 16).replace('T', ' ')} UTC. Being told of it gives nobody a say.`,
    `Why: ${request.reason}`,
  ].join(' '),
});
