import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Person } from '../../access/person';
import { Refused } from '../../access/refused';
import { PEOPLE } from '../../sandbox/people';
import { acting } from '../support/acting';
import { changedExample } from '../support/changed-example';
import { inMemoryDirectory, type InMemoryDirectory } from '../support/in-memory-directory';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
/** prod-admin asks two of security, so that an owner counts in somebody's place only. */
const config = changedExample(temporaryFolder(), (text) =>
  text.replace(
    "seats: [{ from: owners }, { from: 'group:security' }]",
    "seats: [{ from: 'group:security' }, { from: 'group:security' }]",
  ),
);
const DORA: Person = {
  id: '00udora000000000009',
  name: 'Dora Lang',
  emails: ['dora@curfew.example'],
  groups: ['security'],
  active: true,
};
const [ada, , carla, deniz, emil, fay, gus] = PEOPLE.map(({ id }) => id);
const [ADA, CARLA, DENIZ, EMIL, FAY, GUS] = [ada!, carla!, deniz!, emil!, fay!, gus!];
const dora = 'U0DORA0009';
const emails = new Map([
  ...PEOPLE.map(({ id, email }) => [id, email] as const),
  [dora, 'dora@curfew.example'],
]);
const HOUR_MS = 3_600_000;
const MONTH_MS = 31 * 24 * HOUR_MS;

let directory: InMemoryDirectory;
let stage: Awaited<ReturnType<typeof acting>>;
let lateMs: number;
beforeEach(async () => {
  const people = PEOPLE.map(({ directoryId: id, name, email, groups, active }) => ({
    id,
    name,
    emails: [email],
    groups,
    active,
  }));
  directory = inMemoryDirectory([...people, DORA]);
  stage = await acting({ folder, directory, emails, config });
  lateMs = 0;
  stage.deps.now = () => new Date(Date.now() + lateMs);
});
afterEach(() => stage.close());

const idOf = (user: string): string => PEOPLE.find(({ id }) => id === user)?.directoryId ?? DORA.id;
const personOf = (user: string): Promise<Person | undefined> => directory.person(idOf(user));
const change = async (user: string, to: Partial<Person>): Promise<void> =>
  directory.put({ ...(await personOf(user))!, ...to });

describe('somebody answers for a reviewer who is away', () => {
  test('fills their seat, is called so on the card and on record, and the grant is given', async () => {
    await stage.away(DENIZ, CARLA);
    const asked = await stage.request(ADA, 'prod-admin');
    expect(await asked.review(CARLA)).toMatchObject({
      counted: true,
      because: 'Carla Rossi approved, for Deniz Kaya, who is away.',
      answering: [{ by: { user: CARLA }, for: { user: DENIZ } }],
    });
    expect(await asked.review(dora)).toMatchObject({ verdict: 'grant' });
    await expect(asked.activate()).resolves.toMatchObject({ until: expect.any(String) });
    const [first] = stage.ledger.entries({
      requestId: asked.requestId,
      kinds: ['request.reviewed'],
    });
    const absent = (await personOf(DENIZ))!.id;
    expect(first?.data).toMatchObject({
      for: { id: absent },
      question: { delegations: [{ by: absent, to: (await personOf(CARLA))!.id }] },
    });
  });

  test('counts once together with whoever they answer for', async () => {
    await stage.away(DENIZ, CARLA);
    const asked = await stage.request(ADA, 'prod-admin');
    expect(await asked.review(DENIZ)).toMatchObject({ counted: true, verdict: 'ask' });
    expect(await asked.review(CARLA)).toMatchObject({ counted: false });
    expect(await asked.review(dora)).toMatchObject({ counted: true, verdict: 'grant' });
  });

  test('never for the requester', async () => {
    await change(DENIZ, { groups: ['security', 'engineers'] });
    await stage.away(DENIZ, CARLA);
    await change(EMIL, { groups: ['security'] });
    const asked = await stage.request(DENIZ, 'prod-admin');
    expect(await asked.review(CARLA)).toMatchObject({
      counted: false,
      because: 'Carla Rossi is not in security.',
    });
  });

  test('is among those who could say yes, and the trace says in whose place', async () => {
    await stage.away(DENIZ, CARLA);
    const asked = await stage.request(ADA, 'prod-admin');
    if (asked.decided.verdict !== 'ask') throw new Error('it was not asked');
    expect(asked.decided.whoMay).toContain('Deniz Kaya (away; Carla Rossi answers)');
    await asked.review(CARLA);
    const { parts } = await stage.activities.lookAtRequest({ requestId: asked.requestId });
    expect(JSON.stringify(parts)).toContain('Carla Rossi approved, for Deniz Kaya, who is away.');
  });

  const nothing: [string, () => Promise<unknown>][] = [
    ['it was over before', async () => (lateMs = HOUR_MS + 1)],
    ['whoever is away has lost their own right', () => change(DENIZ, { groups: [] })],
    ['whoever is away has left', () => change(DENIZ, { active: false })],
    ['whoever answers has left', () => change(CARLA, { active: false })],
    ['no rule lets whoever answers approve any more', () => change(CARLA, { groups: [] })],
    [
      'the chat user of whoever is away is somebody else now',
      async () => {
        emails.set(DENIZ, 'dora@curfew.example');
      },
    ],
    [
      'it is forbidden by now',
      async () => {
        const { delegation: _, ...catalog } = stage.deps.catalog;
        stage.deps.catalog = catalog;
      },
    ],
    [
      'so long is forbidden by now',
      async () => {
        stage.deps.catalog = { ...stage.deps.catalog, delegation: { longestMinutes: 1 } };
        lateMs = 60_001;
      },
    ],
  ];
  test.each(nothing)('gives nothing once %s', async (_, happens) => {
    await stage.away(DENIZ, CARLA);
    const asked = await stage.request(ADA, 'prod-admin');
    await happens();
    await expect(
      asked.review(CARLA).then(({ counted }) => {
        if (!counted) throw new Refused('It does not count.');
      }),
    ).rejects.toBeInstanceOf(Refused);
    emails.set(DENIZ, 'deniz@curfew.example');
  });

  test('gives nothing at activation when a right was lost since the vote', async () => {
    await stage.away(DENIZ, CARLA);
    const asked = await stage.request(ADA, 'prod-admin');
    await asked.review(CARLA);
    await asked.review(dora);
    await change(DENIZ, { groups: [] });
    await expect(asked.activate()).rejects.toThrow(/only 1 of the 2 seats/);
  });

  test('counts for the votes from before its end, and does not count back', async () => {
    const asked = await stage.request(ADA, 'prod-admin');
    await expect(asked.review(CARLA)).resolves.toMatchObject({ counted: false });
    lateMs = 1_000;
    const { awayId } = await stage.away(DENIZ, CARLA);
    const early = await stage.request(ADA, 'prod-admin');
    lateMs = 2_000;
    await early.review(CARLA);
    lateMs = 3_000;
    await stage.back(DENIZ, awayId);
    lateMs = 4_000;
    expect(await early.review(dora)).toMatchObject({ verdict: 'grant' });
    const late = await stage.request(ADA, 'prod-admin');
    expect(await late.review(CARLA)).toMatchObject({ counted: false });
  });
});

describe('what is refused, and on record as that', () => {
  const refusals: [string, () => ReturnType<typeof stage.away>, RegExp][] = [
    ['oneself', () => stage.away(DENIZ, DENIZ), /You named yourself.*Name somebody else/],
    [
      'an end that is past',
      () => stage.away(DENIZ, CARLA, { until: new Date(Date.now() - 1) }),
      /in the past/,
    ],
    [
      'longer than the cap',
      () => stage.away(DENIZ, CARLA, { until: new Date(Date.now() + MONTH_MS) }),
      /at most 30 d at once \(delegation.longest/,
    ],
    ['somebody whom nobody knows', () => stage.away(DENIZ, 'U0NOBODY99'), /cannot answer for you/],
    ['somebody who has left', () => stage.away(DENIZ, FAY), /cannot answer for you.*not active/],
    [
      'by somebody who is asked about nothing',
      () => stage.away(EMIL, CARLA),
      /asked about no role/,
    ],
    ['somebody who may approve nothing', () => stage.away(DENIZ, ADA), /No rule lets Ada Engel/],
  ];
  test.each(refusals)('%s', async (_, say, because) => {
    const { awayId, answer } = await say();
    expect(answer).toMatchObject({ verdict: 'refused', because: expect.stringMatching(because) });
    expect(stage.ledger.entries({ kinds: ['away.said'] })).toEqual([]);
    expect(stage.ledger.entries({ kinds: ['away.refused'] })).toMatchObject([{ data: { awayId } }]);
  });

  test('a second absence beside the first, whoever is named', async () => {
    await stage.away(DENIZ, CARLA);
    expect((await stage.away(DENIZ, GUS)).answer).toMatchObject({
      because: expect.stringMatching(/away already: <@U0CARLA003>.*\/access back first/),
    });
  });

  test('somebody who is away, too, and delegates in a circle', async () => {
    await stage.away(DENIZ, CARLA);
    expect((await stage.away(GUS, DENIZ)).answer).toMatchObject({
      because: expect.stringMatching(/<@U0DENIZ004> is away, too/),
    });
    expect((await stage.away(CARLA, DENIZ)).answer).toMatchObject({
      because: expect.stringMatching(/circle.*Name somebody who is there/),
    });
    expect((await stage.away(CARLA, GUS)).answer).toMatchObject({ verdict: 'said' });
    expect((await stage.away(GUS, DENIZ)).answer).toMatchObject({
      because: expect.stringMatching(/circle/),
    });
  });

  test('where the configuration forbids it', async () => {
    const { delegation: _, ...catalog } = stage.deps.catalog;
    stage.deps.catalog = catalog;
    expect((await stage.away(DENIZ, CARLA)).answer).toMatchObject({
      because: expect.stringContaining('delegation.allowed'),
    });
  });
});

describe('the same words, however often they come', () => {
  test('are one absence with one end, and one answer', async () => {
    const said = randomUUID();
    const first = await stage.away(DENIZ, CARLA, { said });
    const again = await stage.activities.recordAway({ awaySeal: first.awaySeal });
    expect(again).toEqual(first.answer);
    const end = await stage.back(DENIZ, first.awayId);
    expect(await stage.back(DENIZ, first.awayId)).toEqual(end);
    await stage.activities.recordAway({ awaySeal: first.awaySeal });
    expect(stage.ledger.entries({ kinds: ['away.said'] })).toHaveLength(1);
    expect(stage.ledger.entries({ kinds: ['away.ended'] })).toHaveLength(1);
    const asked = await stage.request(ADA, 'prod-admin');
    expect(await asked.review(CARLA)).toMatchObject({ counted: false });
  });

  test('a refusal stays one, though it would pass by now', async () => {
    const said = randomUUID();
    await change(DENIZ, { groups: [] });
    const { awaySeal, answer } = await stage.away(DENIZ, CARLA, { said });
    await change(DENIZ, { groups: ['security'] });
    expect(await stage.activities.recordAway({ awaySeal })).toEqual(answer);
  });
});

describe('attack 2: nobody speaks for whoever is away', () => {
  test('a seal that nobody made, or of other words, is refused', async () => {
    const { awaySeal } = await stage.away(DENIZ, CARLA);
    const forged = `${awaySeal.slice(0, -4)}AAAA`;
    await expect(stage.activities.recordAway({ awaySeal: forged })).rejects.toThrow(/signature/);
    await expect(stage.activities.recordAway({ awaySeal: '' })).rejects.toThrow(/signature/);
  });

  test('nobody else says that they are back, and the clock ends it no earlier', async () => {
    const { awayId } = await stage.away(DENIZ, CARLA);
    await expect(stage.back(CARLA, awayId)).rejects.toThrow(/Only whoever is away/);
    await expect(stage.activities.endAway({ awayId })).rejects.toThrow(/not come/);
    lateMs = HOUR_MS + 1;
    expect(await stage.activities.endAway({ awayId })).toMatchObject({ how: 'over' });
  });

  const lies: [string, object, { counts?: boolean; voter?: string; later?: number }][] = [
    ['what was signed, and no more', {}, { counts: true }],
    ['for longer', { until: '2099-01-01T00:00:00.000Z' }, { later: 2 * HOUR_MS }],
    ['for somebody else', { by: { workspace: 'T1', user: dora }, person: DORA.id }, {}],
    [
      'to somebody else',
      { to: { workspace: 'T1', user: GUS }, delegate: idOf(GUS) },
      { voter: GUS },
    ],
    ['under another id', { awayId: 'd-bbbbbbbbbbbbbbbb' }, {}],
    ['without its seal', { seal: '' }, {}],
  ];
  test.each(lies)(
    'an entry of the ledger gives what was signed and no more: %s',
    async (_, lie, { counts = false, voter = CARLA, later = 20 }) => {
      const words = {
        awayId: 'd-aaaaaaaaaaaaaaaa',
        by: { workspace: 'T1', user: DENIZ },
        to: { workspace: 'T1', user: CARLA },
        until: new Date(Date.now() + HOUR_MS).toISOString(),
      };
      const at = new Date().toISOString();
      const { seal } = await stage.signer.sign({ kind: 'away', ...words, at });
      stage.ledger.append({
        kind: 'away.said',
        key: 'away.said:forged',
        at,
        actor: 'curfew',
        data: { ...words, seal, person: idOf(DENIZ), delegate: idOf(CARLA), ...lie },
      });
      lateMs = later;
      const asked = await stage.request(ADA, 'prod-admin');
      expect(await asked.review(voter)).toMatchObject({ counted: counts });
    },
  );
});
