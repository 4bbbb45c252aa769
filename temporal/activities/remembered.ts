import { z } from 'zod';
import type { CatalogRole } from '../../access/catalog';
import type { ChatUser } from '../../access/chat-user';
import { person, type Person } from '../../access/person';
import { Refused } from '../../access/refused';
import type { AccessRequest } from '../../access/request';
import { isWorkloadUser } from '../../access/workload';
import { hashOf } from '../../keys/canonical';
import type { ActivityDeps } from './deps';
import { chatActor } from './facts';
import { accountableFor } from './workloads';

/** Who asks or answers for what asks, and as of when that is known, when it is not of this moment. */
export interface Requester {
  requester: Person;
  factsAt?: string;
}

/** What the directory said of a chat user: the person, or why it is nobody. */
const seen = z.object({
  chat: z.string(),
  person: person.optional(),
  refused: z.string().optional(),
});

/** The same facts again within this time are not put on record again. */
const REPEAT_MS = 10 * 60_000;

/**
 * Asks the directory who this is. Where the role allows it, a break-glass is decided on what was put on
 * record of the person last, when the directory itself cannot be asked. Everything else waits for it.
 */
export async function identifyRequester(
  deps: ActivityDeps,
  request: AccessRequest,
  role: CatalogRole,
): Promise<Requester> {
  const { requester: user, breakGlass, workload } = request;
  if (workload !== undefined || isWorkloadUser(user))
    return { requester: await accountableFor(deps, request) };
  const minutes = breakGlass ? role.breakGlass?.directoryDownMinutes : undefined;
  const known = minutes === undefined ? undefined : lastSeen(deps, user, minutes);
  // Both at once: a directory that hangs must leave time for what comes after.
  const [fresh, probe] = await Promise.allSettled([
    identifyAndRemember(deps, user),
    known ? deps.directory.person(known.requester.id) : undefined,
  ]);
  if (fresh.status === 'fulfilled') return { requester: fresh.value };
  // A refusal is an answer of the directory; and when the directory answers, something else is down.
  if (fresh.reason instanceof Refused || !known || probe.status === 'fulfilled') throw fresh.reason;
  return known;
}

async function identifyAndRemember(deps: ActivityDeps, user: ChatUser): Promise<Person> {
  try {
    const found = await deps.people.identify(user);
    remember(deps, user, { person: withoutAddresses(found) });
    return found;
  } catch (error) {
    if (error instanceof Refused) remember(deps, user, { refused: error.because });
    throw error;
  }
}

function withoutAddresses({ manager, ...found }: Person): Person {
  const isId = manager !== undefined && !manager.includes('@');
  return { ...found, emails: [], ...(isId && { manager }) };
}

/** Only where some role will ever need it. Addresses are left out: nothing is decided on them here. */
function remember(
  deps: ActivityDeps,
  user: ChatUser,
  facts: { person: Person } | { refused: string },
): void {
  if (!deps.catalog.roles().some(({ breakGlass }) => breakGlass?.directoryDownMinutes)) return;
  const now = deps.now();
  const data = { chat: chatActor(user), ...asJson(facts) };
  const [last] = sightings(deps, user, now.getTime() - REPEAT_MS).slice(-1);
  if (last && hashOf(last.data) === hashOf(data)) return;
  deps.ledger.append({
    kind: 'person.seen',
    key: `person.seen:${data.chat}:${now.getTime()}`,
    at: now.toISOString(),
    actor: 'person' in facts ? facts.person.id : data.chat,
    data,
  });
}

/** As the ledger keeps it: what is not known is not there. */
const asJson = (facts: object) =>
  z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(facts)));

/** The newest facts count, and only those: who was refused last is nobody, whatever was known before. */
function lastSeen(
  deps: ActivityDeps,
  user: ChatUser,
  minutes: number,
): Required<Requester> | undefined {
  const last = sightings(deps, user, deps.now().getTime() - minutes * 60_000).at(-1);
  if (last && wasUnlinked(deps, user, last.at)) return undefined;
  const facts = last && seen.parse(last.data).person;
  return facts && { requester: facts, factsAt: last.at };
}

/** Who that was may have been wrong: only the directory says who it is now. */
const wasUnlinked = (deps: ActivityDeps, user: ChatUser, since: string): boolean =>
  deps.ledger
    .entries({ kinds: ['person.unlinked'], since })
    .some(({ data }) => data['workspace'] === user.workspace && data['user'] === user.user);

const sightings = (deps: ActivityDeps, user: ChatUser, since: number) =>
  deps.ledger
    .entries({ kinds: ['person.seen'], since: new Date(since).toISOString() })
    .filter(({ at, data }) => Date.parse(at) >= since && data['chat'] === chatActor(user));
