import { statSync } from 'node:fs';
import path from 'node:path';
import { fromHttp } from '@aws-sdk/credential-providers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  callsWith,
  codeOf,
  cutting,
  fencedAt,
  mintOrder,
  revokerOrder,
} from '../../support/aws-calls';
import {
  ACCOUNT,
  BEARER,
  EXTERNAL_ID,
  OTHER_TARGET,
  startAwsStandIn,
  TARGET,
  type RunningStandIn,
} from '../../support/aws-stand-in';
import { temporaryFolder } from '../../support/temporary-folder';

type Calls = ReturnType<typeof callsWith>;

const data = temporaryFolder();
let aws: RunningStandIn;
let bot: Calls;
let revoker: Calls;
let admin: Calls;

beforeAll(async () => {
  aws = await startAwsStandIn(data);
  bot = callsWith(aws.endpoint, await aws.bot());
  admin = callsWith(aws.endpoint, aws.admin());
  revoker = callsWith(aws.endpoint, await bot.assume(revokerOrder));
});
afterAll(() => aws.stop());
beforeEach(() => aws.setAhead(0));

const setPropagation = (ms: number) =>
  fetch(`${aws.endpoint}/propagation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ms }),
  });

const inSeconds = (seconds: number) => new Date(aws.now() + seconds * 1000).toISOString();
/** The same time passes for AWS and for whoever holds the session. */
const passing = (seconds: number, session: Calls) => {
  aws.setAhead(seconds);
  session.setAhead(seconds);
};
const sessionFor = async (name: string, change = {}) =>
  callsWith(aws.endpoint, await bot.assume(mintOrder(name, change)));

describe('the bot', () => {
  test('gets its role’s short credentials through the SDK’s container provider', async () => {
    const credentials = await fromHttp({
      awsContainerCredentialsFullUri: `${aws.endpoint}/container-credentials`,
      awsContainerAuthorizationToken: BEARER,
    })();
    expect(credentials.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(credentials.expiration?.getTime()).toBeLessThanOrEqual(aws.now() + 3_600_000);
    const { Arn } = await callsWith(aws.endpoint, credentials as never).whoAmI();
    expect(Arn).toBe('arn:aws:sts::000000000000:assumed-role/curfew-bot/curfew');
  });

  test('gets nothing without the bearer, or with another one', async () => {
    const wrong = [{}, { authorization: 'Bearer other' }, { authorization: `${BEARER} ` + 'x' }];
    for (const headers of wrong) {
      const answer = await fetch(`${aws.endpoint}/container-credentials`, { headers });
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain('Secret');
    }
  });

  test('may become targets and revokers, and nothing else', async () => {
    expect(await codeOf(bot.listBuckets())).toBe('AccessDenied');
    expect(await codeOf(bot.get())).toBe('AccessDenied');
  });
});

describe('assuming a target role', () => {
  test('gives a session that says whose it is', async () => {
    const session = await sessionFor('g-aaaaaaaaaa');
    expect(await session.whoAmI()).toMatchObject({
      Account: ACCOUNT,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/prod-admin/g-aaaaaaaaaa`,
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{16}:g-aaaaaaaaaa$/),
    });
    const { Buckets } = await session.listBuckets();
    expect(Buckets?.map(({ Name }) => Name)).toContain(`invoices-${ACCOUNT}`);
  });

  const g = 'g-aaaaaaaaaa';
  test.each([
    ['without the external id', { ExternalId: undefined }, 'AccessDenied'],
    ['with another external id', { ExternalId: 'guessed' }, 'AccessDenied'],
    ['without a source identity', { SourceIdentity: undefined }, 'AccessDenied'],
    ['without the grant’s tag', { Tags: undefined }, 'AccessDenied'],
    [
      'with a second tag',
      {
        Tags: [
          { Key: 'jit-grant', Value: g },
          { Key: 'team', Value: 'x' },
        ],
      },
      'AccessDenied',
    ],
    ['under a name that is no grant’s', { RoleSessionName: 'admin' }, 'AccessDenied'],
    ['of a role that is not there', { RoleArn: `${TARGET}-2` }, 'AccessDenied'],
    ['with a name of 65 characters', { RoleSessionName: `g-${'a'.repeat(63)}` }, 'ValidationError'],
    ['with a space in the name', { RoleSessionName: 'g-a b' }, 'ValidationError'],
    ['with a slash in the source identity', { SourceIdentity: 'a+b/c@d.e' }, 'ValidationError'],
    ['for 899 s', { DurationSeconds: 899 }, 'ValidationError'],
    ['for more than the hour of a chained role', { DurationSeconds: 3_601 }, 'ValidationError'],
    [
      'with a session policy of 2,049 characters',
      { Policy: fencedAt('2030-01-01T00:00:00Z').padEnd(2_049) },
      'ValidationError',
    ],
    ['with a session policy that is no JSON', { Policy: '{' }, 'MalformedPolicyDocumentException'],
    [
      'with an operator nobody knows',
      { Policy: fencedAt('2030-01-01T00:00:00Z').replace('DateGreaterThanEquals', 'DateAfter') },
      'MalformedPolicyDocumentException',
    ],
    [
      'with a fence that is no date',
      { Policy: fencedAt('tomorrow') },
      'MalformedPolicyDocumentException',
    ],
    [
      'with 2,048 characters and a minute less than the hour',
      { Policy: fencedAt('2030-01-01T00:00:00Z').padEnd(2_048), DurationSeconds: 3_540 },
      'ok',
    ],
  ])('%s', async (_case, change, code) => {
    expect(await codeOf(bot.assume(mintOrder(g, change)))).toBe(code);
  });

  test('a denial names who, what and on which role', async () => {
    await expect(bot.assume(mintOrder('g-aaaaaaaaaa', { ExternalId: 'no' }))).rejects.toThrow(
      `User: arn:aws:sts::000000000000:assumed-role/curfew-bot/curfew is not authorized to perform: sts:AssumeRole on resource: ${TARGET} because no resource-based policy allows the sts:AssumeRole action`,
    );
  });

  test('a target’s session goes no further: not to other roles, not into IAM', async () => {
    const session = await sessionFor('g-aaaaaaaaaa');
    expect(await codeOf(session.assume(mintOrder('g-aaaaaaaaaa', { RoleArn: OTHER_TARGET })))).toBe(
      'AccessDenied',
    );
    expect(await codeOf(session.put(cutting('nobody')))).toBe('AccessDenied');
    expect(await codeOf(session.remove())).toBe('AccessDenied');
  });
});

describe('the fence', () => {
  test('ends a session at its instant although the credential lives on', async () => {
    const session = await sessionFor('g-aaaaaaaaaa', { Policy: fencedAt(inSeconds(60)) });
    expect(await codeOf(session.listBuckets())).toBe('ok');
    passing(61, session);
    await expect(session.listBuckets()).rejects.toThrow(
      'with an explicit deny in a session policy',
    );
    expect(await codeOf(session.whoAmI())).toBe('ok');
  });

  test('narrows: a session policy allows no more than the role does', async () => {
    const only = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
    };
    const session = await sessionFor('g-aaaaaaaaaa', { Policy: JSON.stringify(only) });
    await expect(session.listBuckets()).rejects.toThrow('because no session policy allows');
  });

  test('an expired credential is told that it expired', async () => {
    const session = await sessionFor('g-aaaaaaaaaa');
    passing(901, session);
    expect(await codeOf(session.whoAmI())).toBe('ExpiredToken');
    expect(await codeOf(session.listBuckets())).toBe('ExpiredToken');
  });
});

describe('the revocation list', () => {
  beforeEach(async () => {
    await setPropagation(0);
    await admin.put(cutting('nobody'));
  });

  test('cuts the sessions it names, and leaves everybody else alone', async () => {
    const [cut, spared] = [await sessionFor('g-aaaaaaaaaa'), await sessionFor('g-bbbbbbbbbb')];
    const sibling = await sessionFor('g-aaaaaaaaaa', { RoleArn: OTHER_TARGET });
    await revoker.put(cutting('g-aaaaaaaaaa'));
    expect(await codeOf(cut.listBuckets())).toBe('AccessDenied');
    expect(await codeOf(cut.probe())).toBe('AccessDenied');
    expect(await codeOf(cut.whoAmI())).toBe('ok');
    expect(await codeOf(spared.listBuckets())).toBe('ok');
    expect(await codeOf(sibling.listBuckets())).toBe('ok');
  });

  test('the probe’s call is harmless, and says when it is allowed', async () => {
    const control = await sessionFor('c-zzzzzzzzzz');
    expect(await codeOf(control.probe())).toBe('InvalidAuthorizationMessageException');
  });

  test('reads back at once, and is in force after the propagation delay', async () => {
    await setPropagation(30_000);
    const session = await sessionFor('g-aaaaaaaaaa');
    await revoker.put(cutting('g-aaaaaaaaaa'));
    const { PolicyDocument } = await revoker.get();
    expect(JSON.parse(decodeURIComponent(PolicyDocument ?? ''))).toEqual(cutting('g-aaaaaaaaaa'));
    expect(await codeOf(session.listBuckets())).toBe('ok');
    passing(31, session);
    expect(await codeOf(session.listBuckets())).toBe('AccessDenied');
  });

  test('cannot be deleted, nor moved to other roles, by the revoker', async () => {
    expect(await codeOf(revoker.remove())).toBe('AccessDenied');
    expect(await codeOf(revoker.put(cutting('x'), 'p', 'curfew-revoker'))).toBe('AccessDenied');
    expect(await codeOf(revoker.put(cutting('x'), 'p', 'break-glass'))).toBe('AccessDenied');
  });

  test('is full at 10,240 characters of all inline policies together, white space not counted', async () => {
    const list = (length: number) => {
      const empty = JSON.stringify(cutting('')).length;
      return JSON.stringify(cutting('x'.repeat(length - empty)));
    };
    expect(await codeOf(revoker.put(list(10_241)))).toBe('LimitExceededException');
    expect(await codeOf(revoker.put(`${list(10_240)}${' '.repeat(500)}`))).toBe('ok');
    expect(await codeOf(admin.put(cutting('x'), 'manual-cut'))).toBe('LimitExceededException');
  });

  test('a rogue inline Allow grants nothing beyond the role’s boundary', async () => {
    const rogue = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    };
    await admin.put(rogue, 'rogue', 'prod-readonly');
    const session = await sessionFor('g-aaaaaaaaaa', { RoleArn: OTHER_TARGET });
    await expect(session.get()).rejects.toThrow('because no permissions boundary allows');
  });

  test.each([
    ['no JSON', '{', 'MalformedPolicyDocumentException'],
    [
      'no resource',
      { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*' }] },
      'MalformedPolicyDocumentException',
    ],
    [
      'an operator that is not evaluated',
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Action: '*',
            Resource: '*',
            Condition: { BinaryEquals: { k: 'aGk=' } },
          },
        ],
      },
      'MalformedPolicyDocumentException',
    ],
  ])('refuses a policy with %s', async (_case, document, code) => {
    expect(await codeOf(revoker.put(document))).toBe(code);
  });
});

describe('what is kept', () => {
  const folder = temporaryFolder();

  test('everything is there after a start on the same folder', async () => {
    const before = await startAwsStandIn(folder);
    const keys = before.sessionOf(TARGET, 'g-aaaaaaaaaa');
    await callsWith(before.endpoint, before.admin()).put(cutting('g-cccccccccc'));
    await before.stop();
    const after = await startAwsStandIn(folder);
    expect(await codeOf(callsWith(after.endpoint, keys).listBuckets())).toBe('ok');
    const { PolicyDocument } = await callsWith(after.endpoint, after.admin()).get();
    expect(decodeURIComponent(PolicyDocument ?? '')).toContain('*:g-cccccccccc');
    await after.stop();
  });

  test('only the owner can read the file', () => {
    expect(statSync(path.join(data, 'aws.sqlite')).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(data, 'aws.sqlite-wal')).mode & 0o777).toBe(0o600);
  });

  test('every call is on the record, with the keys it gave out', async () => {
    const { accessKeyId } = await bot.assume(mintOrder('g-dddddddddd'));
    await codeOf(bot.assume(mintOrder('g-dddddddddd', { ExternalId: EXTERNAL_ID.slice(1) })));
    const calls = (await (await fetch(`${aws.endpoint}/calls`)).json()) as object[];
    expect(calls.slice(-2)).toEqual([
      expect.objectContaining({
        eventName: 'AssumeRole',
        result: 'ok',
        resource: TARGET,
        issued: {
          accessKeyId,
          sessionName: 'g-dddddddddd',
          sourceIdentity: '00uada00000000000001',
        },
      }),
      expect.objectContaining({ eventName: 'AssumeRole', result: 'AccessDenied' }),
    ]);
  });
});

describe('ordered faults', () => {
  test.each([
    { kind: '429', code: /^Throttling$/, effect: 'not done' },
    { kind: '503', code: /^ServiceUnavailable/, effect: 'not done' },
    { kind: 'timeout', code: /^(Error|TimeoutError)$/, effect: 'not done' },
    { kind: 'drop-after-commit', code: /^(Error|TimeoutError)$/, effect: 'done' },
    { kind: 'slow', code: /^ok$/, effect: 'done' },
  ] as const)('$kind: the write is $effect', async ({ kind, code, effect }) => {
    aws.faults.order({ target: 'aws', operation: 'PutRolePolicy', kind, ms: 5 });
    const name = `fault-${kind}`;
    expect(await codeOf(admin.put(cutting(name)))).toMatch(code);
    const { PolicyDocument } = await admin.get();
    expect(decodeURIComponent(PolicyDocument ?? '').includes(name)).toBe(effect === 'done');
  });
});
