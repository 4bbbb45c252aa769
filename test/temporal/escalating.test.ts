import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { CallTerms } from '../../access/catalog';
import { Links } from '../../access/links';
import type { Rota } from '../../access/on-call';
import { openLedger } from '../../audit/ledger';
import { whomToTell } from '../../temporal/activities/escalating';
import { exampleCatalog } from '../support/example-catalog';
import { inMemoryDirectory } from '../support/in-memory-directory';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const person = (id: string, groups: string[] = [], active = true) => ({
  id,
  name: id,
  emails: [`${id}@curfew.example`],
  groups,
  active,
});
const emil = { workspace: 'T1', user: 'U0EMIL0001' };
const gus = { workspace: 'T1', user: 'U0GUS00001' };

/** Emil and Gus have used the chat; Nina never has, Leo has left, and two share an address. */
function setUp(rota: Rota['onCall'] | undefined) {
  const directory = inMemoryDirectory([
    person('emil'),
    person('gus', ['security']),
    person('nina', ['newcomers']),
    person('leo', ['gone'], false),
    ...['one', 'two'].map((id) => ({ ...person(id), emails: ['shared@curfew.example'] })),
  ]);
  const ledger = openLedger(path.join(folder, `${Math.random()}.db`));
  const links = new Links(ledger);
  links.fix(emil, 'emil', 'email', '2026-01-05T12:00:00.000Z');
  links.fix(gus, 'gus', 'email', '2026-01-05T12:00:00.000Z');
  const deps = {
    directory,
    bench: directory,
    catalog: exampleCatalog(),
    ...(rota && { rota: { name: 'a rota', onCall: rota } }),
  };
  return async (escalate: Omit<NonNullable<CallTerms['escalate']>, 'afterSeconds' | 'page'>) => {
    const told = await whomToTell(deps, links, { afterSeconds: 60, page: false, ...escalate });
    ledger.close();
    return told;
  };
}
const primary = { schedule: 'primary' };
const onShift =
  (...names: string[]) =>
  async () =>
    names.map((name) => `${name}@curfew.example`);

describe('whoever is on the schedule at that moment is told', () => {
  test('by name, as far as the chat knows them', async () => {
    expect(await setUp(onShift('Emil', 'nina'))({ to: primary })).toEqual({
      of: primary,
      to: { known: [emil], others: 1 },
      missed: [],
    });
  });

  test('a shift that changes is asked about anew', async () => {
    const shifts = [['emil'], ['gus']];
    const rota = () => onShift(...(shifts.shift() ?? []))();
    expect(await setUp(rota)({ to: primary })).toMatchObject({ to: { known: [emil] } });
    expect(await setUp(rota)({ to: primary })).toMatchObject({ to: { known: [gus] } });
  });
});

const lost: [string, Rota['onCall'] | undefined, RegExp][] = [
  ['there is no rota', undefined, /primary: no rota is configured/],
  [
    'the rota is down, or knows no such schedule',
    async () => {
      throw new Error('PagerDuty knows no schedule called primary.');
    },
    /Nobody can tell who is on the schedule primary: PagerDuty knows no schedule called primary/,
  ],
  ['nobody is on it', async () => [], /Nobody is on the schedule primary at this moment/],
  ['its address is nobody’s', onShift('stranger'), /no one active person of the directory/],
  ['its address is several people’s', onShift('shared'), /no one active person of the directory/],
  ['who is on it has left', onShift('leo'), /no one active person of the directory/],
  ['who is on it never used the chat', onShift('nina'), /nobody who has used Curfew in the chat/],
];

describe.each(lost)('when %s', (_, rota, why) => {
  const missed = [expect.stringMatching(why)];

  test('the channel of alarms is told, and why', async () => {
    expect(await setUp(rota)({ to: primary })).toEqual({ channel: '#oncall', missed });
  });

  test('who is named instead is told, and why', async () => {
    const group = { group: 'security' };
    expect(await setUp(rota)({ to: primary, otherwise: group })).toEqual({
      of: group,
      to: { known: [gus], others: 0 },
      missed,
    });
    const channel = { channel: '#security' };
    expect(await setUp(rota)({ to: primary, otherwise: channel })).toEqual({ ...channel, missed });
  });
});

test.each([
  ['renamed', /no group called renamed/],
  ['gone', /Nobody active is in gone/],
  ['newcomers', /Of newcomers is nobody who has used Curfew/],
])(
  'a group that reaches nobody (%s) falls through, too: nobody is never told',
  async (group, why) => {
    const told = await setUp(onShift())({ to: primary, otherwise: { group } });
    expect(told).toEqual({
      channel: '#oncall',
      missed: [expect.stringMatching(/Nobody is on the schedule/), expect.stringMatching(why)],
    });
  },
);
