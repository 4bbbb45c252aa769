import type { Away } from '../../access/away';
import { sameChatUser, type ChatUser } from '../../access/chat-user';
import { durationText } from '../../access/duration';
import type { Person } from '../../access/person';
import { Refused } from '../../access/refused';
import type { AwayStatement } from '../../access/statement';
import {
  awayCalled,
  awayEndKey,
  awayKey,
  awayRefusedKey,
  awaysAt,
  toAway,
  type AwayOnRecord,
} from './away-record';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { chatActor, only, textIn } from './facts';

/** The bot's clock and the worker's may differ by this much. */
const CLOCKS_MS = 60_000;

/** Who answers for whom while they are away: put on record, and told to both. Each vote is judged by the record alone. */
export const being = (
  deps: ActivityDeps,
): Pick<Activities, 'recordAway' | 'endAway' | 'tellAway'> => ({
  async recordAway({ awaySeal }) {
    const said = await deps.edge.verify(awaySeal, 'away');
    const { awayId } = said;
    const before = awayCalled(deps, awayId);
    if (before) return { verdict: 'said', away: toAway(before), until: before.until };
    const refused = only(deps, { key: awayRefusedKey(awayId) });
    if (refused) return { verdict: 'refused', because: textIn(refused, 'because') };
    try {
      const away = await record(deps, said, awaySeal);
      return { verdict: 'said', away, until: away.until };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      deps.ledger.append({
        kind: 'away.refused',
        key: awayRefusedKey(awayId),
        at: deps.now().toISOString(),
        actor: chatActor(said.by),
        data: { awayId, to: { ...said.to }, until: said.until, because: error.message },
      });
      return { verdict: 'refused', because: error.message };
    }
  },

  async endAway({ awayId, backSeal }) {
    const away = awayCalled(deps, awayId);
    if (!away) throw new Refused('Nobody said that they are away under this id.');
    if (away.ended) return away.ended;
    const said = backSeal === undefined ? undefined : await deps.edge.verify(backSeal, 'back');
    if (said && (said.awayId !== awayId || !sameChatUser(said.by, away.by)))
      throw new Refused('Only whoever is away can say that they are back.');
    const now = deps.now().getTime();
    if (!said && now < Date.parse(away.until))
      throw new Error('its time has not come by the clock of this process');
    // In force until then and no longer: at once, never before it began, never after it was over.
    const asked = said ? Math.min(Date.parse(said.at), now) : Date.parse(away.until);
    const at = Math.min(Math.max(asked, Date.parse(away.from)), Date.parse(away.until));
    const how = said ? 'back' : 'over';
    const entry = deps.ledger.append({
      kind: 'away.ended',
      key: awayEndKey(awayId),
      at: new Date(at).toISOString(),
      actor: said ? away.person : 'curfew',
      data: { awayId, how },
    });
    return { at: entry.at, how };
  },

  tellAway: (told) => deps.messenger.tellAway(told),
});

/** Throws {@link Refused} with what is wrong and what would pass. */
async function record(deps: ActivityDeps, said: AwayStatement, seal: string): Promise<Away> {
  const { awayId, by, to, until } = said;
  const now = deps.now();
  requireDates(deps, said, now);
  if (sameChatUser(by, to)) throw new Refused('You named yourself.', 'Name somebody else.');
  const person = await deps.people.identify(by);
  const delegate = await delegateOf(deps, to);
  const answers = deps.policy.mayAnswerFor({ by: person, to: delegate });
  if (!answers.may) throw new Refused(answers.because, answers.wouldPass);
  const at = now.toISOString();
  const others = () => awaysAt(deps, now).filter((held) => held.awayId !== awayId);
  const entry = deps.ledger.appendIf(
    {
      kind: 'away.said',
      key: awayKey(awayId),
      at,
      actor: person.id,
      data: {
        awayId,
        by: { ...by },
        to: { ...to },
        person: person.id,
        delegate: delegate.id,
        until,
        seal,
      },
    },
    () => whyNotBeside(others(), person.id, delegate.id) === undefined,
  );
  if (entry) return { awayId, by, to, from: entry.at, until };
  throw whyNotBeside(others(), person.id, delegate.id) ?? new Error('it changed just now');
}

function requireDates({ catalog }: ActivityDeps, { at, until }: AwayStatement, now: Date): void {
  if (catalog.delegation === undefined)
    throw new Refused(
      'Nobody answers for anybody else here: curfew.yaml forbids it (delegation.allowed).',
      'Another reviewer of the same seat can approve.',
    );
  const { longestMinutes } = catalog.delegation;
  const ends = Date.parse(until);
  if (Date.parse(at) > now.getTime() + CLOCKS_MS)
    throw new Refused(`This was said at ${at}, which is still to come.`, "Set the bot's clock.");
  if (ends <= now.getTime())
    throw new Refused(`The end, ${minute(until)}, is in the past.`, 'Give a later one.');
  if (ends > now.getTime() + longestMinutes * 60_000 + CLOCKS_MS)
    throw new Refused(
      `The end, ${minute(until)}, is too far away: at most ${daysText(longestMinutes)} at once (delegation.longest in curfew.yaml).`,
      `Give an earlier one, such as for ${daysText(longestMinutes)}.`,
    );
}

/** Sentences about who somebody is are written to them: here another person reads them. */
async function delegateOf(deps: ActivityDeps, to: ChatUser): Promise<Person> {
  try {
    return await deps.people.identify(to);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Refused(
      `<@${to.user}> cannot answer for you. Curfew would tell them: ${error.because}`,
      'Name somebody else.',
      { cause: error },
    );
  }
}

/** Of one person one statement holds at once; and whoever is named is there, so that nobody is sent round in a circle. */
function whyNotBeside(
  held: readonly AwayOnRecord[],
  person: string,
  delegate: string,
): Refused | undefined {
  const own = held.find((away) => away.person === person);
  if (own)
    return new Refused(
      `You are away already: <@${own.to.user}> answers for you until ${minute(own.until)}.`,
      'Say /access back first.',
    );
  const theirs = held.find((away) => away.person === delegate);
  if (!theirs) return undefined;
  const who = `<@${theirs.by.user}>`;
  return new Refused(
    leadsTo(held, delegate, person)
      ? `That would go in a circle: ${who} is away until ${minute(theirs.until)}, and in the end you answer for them.`
      : `${who} is away, too, until ${minute(theirs.until)}.`,
    'Name somebody who is there.',
  );
}

function leadsTo(held: readonly AwayOnRecord[], from: string, person: string): boolean {
  const seen = new Set<string>();
  for (let next: string | undefined = from; next !== undefined && !seen.has(next);) {
    if (next === person) return true;
    seen.add(next);
    const at: string = next;
    next = held.find((away) => away.person === at)?.delegate;
  }
  return false;
}

const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

const daysText = (minutes: number): string =>
  minutes % 1440 === 0 ? `${minutes / 1440} d` : durationText(minutes);
