import { expect, test } from '@jest/globals';
import { AccountStore } from '../../../sandbox/aws/account-store';
import { seedAccount } from '../../../sandbox/aws/seed-account';
import { centerSeed } from '../../../sandbox/aws/seed-center';
import { PEOPLE } from '../../../sandbox/people';
import { EXTERNAL_ID, startAwsStandIn } from '../../support/aws-stand-in';
import { CENTER } from '../../support/center-bench';
import { EXAMPLE_ROLES } from '../../support/example-catalog';
import { temporaryFolder } from '../../support/temporary-folder';

const folder = temporaryFolder();
const SET = 'arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-2222222222222222';
const [role] = EXAMPLE_ROLES;
const center = centerSeed(
  CENTER,
  [{ ...role!, mechanism: 'permission-set', targetArn: SET }, role!],
  PEOPLE,
);
const seed = seedAccount({ externalId: EXTERNAL_ID, targets: [], identityCenter: center });
const [ada] = PEOPLE;
const order = { person: ada!.directoryId, account: '111111111111', permissionSet: SET };

const portal = (endpoint: string, body: object) =>
  fetch(`${endpoint}/portal-session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('what was asked before a kill has its effect after it, once', async () => {
  const now = Date.now();
  const killed = new AccountStore(folder);
  killed.center.put(center, now);
  killed.setPropagationMs(60_000);
  const requestId = killed.center.order(
    {
      kind: 'create',
      accountId: order.account,
      setArn: SET,
      principal: { principalType: 'USER', principalId: center.users[0]!.userId },
    },
    now,
  );
  // No closing: the file is all that is left.
  const aws = await startAwsStandIn(folder, seed);
  expect((await portal(aws.endpoint, order)).status).toBe(403);
  aws.setAhead(61);
  const given = await portal(aws.endpoint, order);
  expect(given.status).toBe(200);
  expect(await given.json()).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) });
  expect((await portal(aws.endpoint, { ...order, person: ada!.email })).status).toBe(200);
  expect(killed.center.operation(requestId)?.status).toBe('SUCCEEDED');
  expect(killed.center.assignments()).toHaveLength(1);
  killed.close();
  await aws.stop();
});

test('the access portal shows nobody what is not theirs, and says what is wrong with an order', async () => {
  const aws = await startAwsStandIn(folder, seed);
  for (const change of [
    { person: PEOPLE[1]!.email },
    { account: '222222222222' },
    { permissionSet: 'x' },
  ])
    expect((await portal(aws.endpoint, { ...order, ...change })).status).toBe(403);
  const wrong = await portal(aws.endpoint, { person: 'x' });
  expect(wrong.status).toBe(400);
  expect(await wrong.text()).toMatch(/permissionSet/);
  await aws.stop();
});

test('the sets of the catalog are there, and its people with the directory’s ids', () => {
  expect(center.permissionSets.map(({ arn }) => arn)).toEqual([SET]);
  expect(center.users.map(({ externalIds }) => externalIds[0]?.Id)).toEqual(
    PEOPLE.map(({ directoryId }) => directoryId),
  );
  expect(new Set(center.users.map(({ userId }) => userId)).size).toBe(PEOPLE.length);
  expect(center.users.every(({ userId }) => /^[\w-]{36,47}$/.test(userId))).toBe(true);
});
