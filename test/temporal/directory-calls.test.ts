import { randomUUID } from 'node:crypto';
import path from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import type { User } from '../../sandbox/directory/store';
import { PEOPLE, type SandboxPerson } from '../../sandbox/people';
import { STALE_MS } from '../../identity/recent-members';
import { acting } from '../support/acting';
import { startDirectory, type StartedDirectory } from '../support/directory-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

// Fifty thousand people take a while on a small machine.
jest.setTimeout(120_000);
const folder = temporaryFolder();
const COMPANY = 50_000;
const OWNERS = 5_000;

/** 50,000 people, of whom 5,000 may fill each of the two seats; and the six who do something. */
const crowd = Array.from({ length: COMPANY }, (_, nth): SandboxPerson => {
  const id = String(nth).padStart(6, '0');
  return {
    id: `U${id}`,
    directoryId: `00ucrowd000000${id}`,
    name: `Person ${id}`,
    email: `person-${id}@curfew.example`,
    groups: ['engineers', ...(nth < OWNERS ? ['payments-owners', 'security'] : [])],
    active: true,
  };
});

const ADA = 'U0ADA00001';
const CARLA = 'U0CARLA003';
const DENIZ = 'U0DENIZ004';

/** What each step costs in calls of Okta's API, the sign-in aside; told apart from what is waited for. */
async function costs(okta: StartedDirectory, people: readonly SandboxPerson[]) {
  const emails = new Map(people.map(({ id, email }) => [id, email]));
  const stage = await acting({ folder, directory: okta.okta(), emails });
  const cost = async (step: Promise<unknown>): Promise<number> => {
    okta.calls.length = 0;
    await step;
    return okta.calls.filter((call) => !call.includes('/token')).length;
  };
  try {
    let asked: Awaited<ReturnType<typeof stage.request>> | undefined;
    const figures = {
      requestOfAuto: await cost(stage.request(ADA, 'dev-readonly')),
      request: await cost(stage.request(ADA, 'prod-admin').then((one) => (asked = one))),
      requestWithinAMinute: await cost(stage.request(ADA, 'prod-admin')),
      firstClick: 0,
      secondClick: 0,
      activation: 0,
      mint: 0,
    };
    if (asked === undefined || asked.decided.verdict !== 'ask') throw new Error('it was not asked');
    stage.later(STALE_MS + 1);
    figures.firstClick = await cost(asked.review(CARLA));
    figures.secondClick = await cost(asked.review(DENIZ));
    figures.activation = await cost(asked.activate());
    const mint = await asked.connect();
    figures.mint = await cost(mint());
    return figures;
  } finally {
    stage.close();
  }
}

describe('what a step asks of Okta, in calls', () => {
  let small: StartedDirectory;
  let large: StartedDirectory;
  beforeAll(async () => {
    small = await startDirectory(path.join(folder, 'small'), PEOPLE);
    large = await startDirectory(path.join(folder, 'large'), [...crowd, ...PEOPLE]);
  });
  afterAll(async () => {
    await small.close();
    await large.close();
  });

  test('of seven people', async () => {
    expect(await costs(small, PEOPLE)).toEqual({
      requestOfAuto: 3,
      request: 3 + 4 + 3,
      requestWithinAMinute: 3,
      firstClick: 6 + 4 + 3,
      secondClick: 9,
      activation: 9,
      mint: 9,
    });
  });

  test('of 50,000 people, 5,000 of whom may approve', async () => {
    expect(await costs(large, [...crowd, ...PEOPLE])).toEqual({
      requestOfAuto: 3,
      request: 3 + 2 * (2 + 8),
      requestWithinAMinute: 3,
      firstClick: 6 + 2 * (2 + 8),
      secondClick: 9,
      activation: 9,
      mint: 9,
    });
  });
});

describe('who is looked up to see whether anybody could say yes', () => {
  const ADDRESSES = new Map(PEOPLE.map(({ id, email }) => [id, email]));
  let okta: StartedDirectory;
  let stage: Awaited<ReturnType<typeof acting>>;
  beforeEach(async () => {
    okta = await startDirectory(path.join(folder, randomUUID()), PEOPLE);
    stage = await acting({ folder, directory: okta.okta(), emails: ADDRESSES });
  });
  afterEach(async () => {
    stage.close();
    await okta.close();
  });
  const owners = () => okta.store.ensureGroup('payments-owners');
  const change = (id: string, to: Partial<User>): void => {
    const user = okta.store.users().find(({ chatId }) => chatId === id);
    okta.store.putUser({ ...user!, ...to });
  };
  /** Members who stand before the two who own, in whatever state. */
  const before = (count: number, to: Partial<User>): void => {
    const people = okta.store.users().filter(({ groupIds }) => groupIds.includes(owners().id));
    for (const { id } of people) okta.store.deleteUser(id);
    for (let nth = 0; nth < count; nth += 1) {
      const id = `00ubefore0000000000${nth}`;
      const login = `${id}@curfew.example`;
      okta.store.putUser({ ...people[0]!, id, chatId: id, login, email: login, ...to });
    }
    for (const one of people) okta.store.putUser(one);
  };

  test('those who cannot are passed over, and more are looked at', async () => {
    before(12, { status: 'SUSPENDED' });
    expect((await stage.request(ADA, 'staging-admin')).decided).toMatchObject({ verdict: 'ask' });
  });

  test('never the whole of a large group: past its first members it is a no that says so', async () => {
    before(40, { status: 'SUSPENDED' });
    const { decided } = await stage.request(ADA, 'staging-admin');
    expect(decided).toMatchObject({ verdict: 'deny' });
    expect(decided.because).toMatch(/^Nobody may approve this/);
    expect(decided.because).toMatch(/Of payments-owners only the first members were looked at/);
  });

  test.each([
    ['renamed', () => okta.store.putGroup({ ...owners(), name: 'billing-owners' })],
    ['deleted', () => okta.store.deleteGroup(owners().id)],
  ])(
    'a group of the seats was %s: nothing is asked, and the sentence names it',
    async (_, lose) => {
      lose();
      const { decided } = await stage.request(ADA, 'staging-admin');
      expect(decided).toMatchObject({ verdict: 'deny' });
      expect(decided.because).toMatch(
        /The company directory has no group called payments-owners: it may have been renamed or deleted\. Correct it there, or in curfew\.yaml\./,
      );
    },
  );

  test('a group that is renamed while a request waits: no click counts any more, whatever the bench remembers', async () => {
    const asked = await stage.request(ADA, 'staging-admin');
    okta.store.putGroup({ ...owners(), name: 'billing-owners' });
    const weighed = await asked.review(CARLA);
    expect(weighed).toMatchObject({ counted: false, verdict: 'ask' });
    expect(weighed.because).toBe('Carla Rossi is not in payments-owners.');
    await expect(asked.activate()).rejects.toThrow(/1 of payments-owners/);
  });

  test('what the bench remembers lets nobody in: who has left since does not approve', async () => {
    const asked = await stage.request(ADA, 'staging-admin');
    change(CARLA, { groupIds: [] });
    expect(await asked.review(CARLA)).toMatchObject({ counted: false });
  });

  test.each<[string, string, RegExp]>([
    ['the requester', ADA, /not active/],
    ['the reviewer', CARLA, /An approval is needed, 0 given/],
  ])(
    '%s is deactivated between the click and the activation: nothing is given',
    async (_, who, why) => {
      const asked = await stage.request(ADA, 'staging-admin');
      expect(await asked.review(CARLA)).toMatchObject({ counted: true, verdict: 'grant' });
      change(who, { status: 'DEPROVISIONED' });
      await expect(asked.activate()).rejects.toThrow(why);
      expect(stage.aws.state).toMatchObject({ writes: 0 });
      expect(stage.ledger.entries({ kinds: ['grant.activated'] })).toEqual([]);
    },
  );

  test('a directory that does not answer about the seats is waited for, not a no', async () => {
    okta.faults.order({ target: 'directory', operation: 'groups.members', kind: '503' });
    await expect(stage.request(ADA, 'staging-admin')).rejects.toThrow('Okta answered 503');
    expect(stage.ledger.entries({ kinds: ['request.decided'] })).toEqual([]);
  });
});
