import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { UncertainFact } from '../../access/decision';
import type { Ledger, LedgerKind } from '../../access/ledger';
import type { Rota } from '../../access/on-call';
import type { Ticket } from '../../access/ticket';
import { openLedger } from '../../audit/ledger';
import { loadBundle, exampleFolder } from '../../config/bundle';
import { lookedUp } from '../../temporal/activities/looked-up';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-27T12:00:00.000Z');
const daysAgo = (days: number): string => new Date(NOW - days * DAY_MS).toISOString();
const requestId = (name: string): string => `r-${name.padEnd(16, 'a')}`;
const ADA = { workspace: 'T1', user: 'UADA' };
const BEN = { workspace: 'T1', user: 'UBEN' };

let ledger: Ledger;
let nth = 0;
const ledgers: Ledger[] = [];
beforeEach(() => {
  nth += 1;
  ledger = openLedger(path.join(folder, `ledger-${nth}.db`));
  ledgers.push(ledger);
});
afterAll(() => ledgers.forEach((one) => one.close()));

const note = (kind: LedgerKind, name: string, more: object = {}) =>
  ledger.append({
    kind,
    key: `${kind}:${name}`,
    at: daysAgo(0),
    requestId: requestId(name),
    actor: 'curfew',
    data: {},
    ...more,
  });
const asked = (name: string, { user } = ADA, days = 0) =>
  note('request.opened', name, {
    key: `request.opened:${requestId(name)}`,
    at: daysAgo(days),
    actor: `chat:T1:${user}`,
  });

/** It is not asked: nothing here depends on it. */
const nobodyIn = {
  person: async () => undefined,
  byEmail: async () => [],
  members: async () => undefined,
};
const { catalog, policy } = loadBundle(exampleFolder);
const role = catalog.role('prod-admin')!;
/** What Ada's request of this name is answered with, when rules read these facts. */
function ask(
  name: string,
  reads: UncertainFact[],
  {
    ticket,
    find,
    emails = ['Ada@Curfew.example'],
    rota,
    schedule,
  }: {
    ticket?: string;
    find?: (key: string, requester: string) => Promise<Ticket | undefined>;
    emails?: string[];
    rota?: Rota;
    schedule?: string;
  } = {},
) {
  return lookedUp(
    {
      policy: { ...policy, reads: (fact) => reads.includes(fact) },
      catalog,
      directory: nobodyIn,
      ledger,
      now: () => new Date(NOW),
      ...(find && { tickets: { name: 'a tracker', find } }),
      ...(rota && { rota }),
    },
    {
      request: {
        requestId: requestId(name),
        requester: ADA,
        role: role.id,
        durationMinutes: 30,
        reason: 'because',
        submittedAt: daysAgo(0),
        ...(ticket !== undefined && { ticket }),
      },
      requester: { id: 'ada', name: 'Ada', emails, groups: [], active: true },
      holder: 'ada',
      role: { ...role, ...(schedule !== undefined && { schedule }) },
    },
  );
}

test('what no rule reads is not looked up', async () => {
  asked('own');
  const never = () => Promise.reject(new Error('it was asked'));
  const found = await ask('own', [], { ticket: 'PAY-1', find: never });
  expect(found).toEqual({ facts: {}, missing: {} });
});

describe('open requests', () => {
  const count = async (name: string) => (await ask(name, ['openRequests'])).facts.openRequests;

  test('are the earlier ones of the same person that nobody has answered', async () => {
    asked('first');
    asked('second');
    asked('others', BEN);
    asked('own');
    asked('later');
    expect(await count('own')).toBe(2);
  });

  test.each<LedgerKind>([
    'request.denied',
    'request.refused',
    'request.withdrawn',
    'request.expired',
    'grant.activated',
    'end.asked',
  ])('one that has come to %s is none', async (kind) => {
    asked('first');
    note(kind, 'first');
    asked('own');
    expect(await count('own')).toBe(0);
  });

  test('of two at the same moment one is the first, at every later look, too', async () => {
    asked('one');
    asked('two');
    expect(await Promise.all(['one', 'two'].map(count))).toEqual([0, 1]);
    asked('three');
    expect(await Promise.all(['one', 'two'].map(count))).toEqual([0, 1]);
  });
});

describe('when somebody had a role last', () => {
  const days = async (name: string) => (await ask(name, ['lastUsedDays'])).facts.lastUsedDays;
  function had(name: string, ago: number, more: { actor?: string; targetArn?: string } = {}) {
    const { actor = 'ada', targetArn = role.targetArn } = more;
    const grantId = `g-${name.padEnd(10, 'a')}`;
    note('grant.opened', name, { grantId, actor, at: daysAgo(ago), data: { targetArn } });
    note('grant.activated', name, {
      key: `grant.activated:${grantId}`,
      grantId,
      actor,
      at: daysAgo(ago),
    });
  }

  test('is counted from the last time that it was given', async () => {
    had('first', 200);
    had('second', 91.5);
    asked('own');
    expect(await days('own')).toBe(91);
  });

  test('is never, when others had it, or the person had another', async () => {
    had('others', 1, { actor: 'ben' });
    had('another', 1, { targetArn: 'arn:aws:iam::222222222222:role/jit/target/other' });
    asked('own');
    expect(await days('own')).toBe('never');
  });

  test('does not count the grant that is asked about, nor time that it takes', async () => {
    asked('own', ADA, 3);
    had('own', 2);
    expect(await days('own')).toBe('never');
  });
});

describe('who is on call', () => {
  const down = { name: 'a rota', onCall: () => Promise.reject(new Error('no answer')) };

  test('a schedule that cannot be asked is on record, as a route may depend on it, too', async () => {
    asked('own');
    const more = { rota: down, schedule: 'primary' };
    expect((await ask('own', [], more)).missing).toEqual({ onCall: 'no answer' });
  });

  test('without schedules no rota is asked', async () => {
    expect((await ask('own', ['onCall'], { rota: down })).missing).toEqual({});
  });
});

describe('what a ticket says', () => {
  const found: Ticket = {
    key: 'PAY-1',
    status: 'In Progress',
    assignees: ['ben@curfew.example', 'ada@curfew.EXAMPLE'],
    project: 'PAY',
    url: 'https://tracker.example/PAY-1',
  };
  const read: UncertainFact[] = ['ticketFacts'];
  const facts = async (more: Parameters<typeof ask>[2]) => (await ask('own', read, more)).facts;

  test('is asked for by its key, and told without a name', async () => {
    const keys: string[] = [];
    const find = async (key: string, requester: string) => {
      keys.push(`${key} for ${requester}`);
      return found;
    };
    expect(await facts({ ticket: ' PAY-1 ', find })).toEqual({
      ticketFacts: { status: 'In Progress', project: 'PAY', assignedToRequester: true },
    });
    expect(keys).toEqual(['PAY-1 for Ada@Curfew.example']);
  });

  test('is not theirs when nobody of their addresses works on it', async () => {
    const find = async () => ({ ...found, assignees: ['ben@curfew.example'] });
    expect(await facts({ ticket: 'PAY-1', find })).toMatchObject({
      ticketFacts: { assignedToRequester: false },
    });
  });

  test('is nothing without a ticket, and not found where there is none of that name', async () => {
    const find = async () => undefined;
    expect(await facts({ find })).toEqual({});
    expect(await facts({ ticket: 'PAY-9', find })).toEqual({ ticketFacts: 'not-found' });
  });

  test.each<[string, Parameters<typeof ask>[2], string]>([
    ['the tracker is down', { find: () => Promise.reject(new Error('no answer')) }, 'no answer'],
    ['there is no tracker', {}, 'No tracker of tickets is configured.'],
    [
      'nobody knows the address of who asks',
      { find: async () => found, emails: [] },
      'Nobody knows the address of the requester.',
    ],
  ])('%s: unknown, and on record why', async (_, more, why) => {
    const asking = { ticket: 'PAY-1', ...more };
    expect(await ask('own', read, asking)).toEqual({ facts: {}, missing: { ticketFacts: why } });
  });
});
