import { AssumeRoleCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { managed, roleSeed } from '../../../sandbox/aws/seed-account';
import { callsWith, codeOf } from '../../support/aws-calls';
import {
  ACCOUNT,
  exampleSeed,
  startAwsStandIn,
  type RunningStandIn,
} from '../../support/aws-stand-in';
import { temporaryFolder } from '../../support/temporary-folder';

const arn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** A role of 12 hours whom the whole account may become, in so far as `actions` go. */
const open = (name: string, ...actions: string[]) => ({
  ...roleSeed(arn(name), {
    trust: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: actions }],
    },
    managed: [
      managed(ACCOUNT, 'everything', {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      }),
    ],
  }),
  maxSessionSeconds: 43_200,
});

const data = temporaryFolder();
let aws: RunningStandIn;
let first: ReturnType<typeof callsWith>;

beforeAll(async () => {
  const seed = exampleSeed();
  const roles = [
    open('first', 'sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'),
    open('second', 'sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'),
    open('nameless', 'sts:AssumeRole', 'sts:TagSession'),
    open('tagless', 'sts:AssumeRole', 'sts:SetSourceIdentity'),
  ];
  aws = await startAwsStandIn(data, { ...seed, roles: [...seed.roles, ...roles] });
  const admin = callsWith(aws.endpoint, aws.admin());
  first = callsWith(
    aws.endpoint,
    await admin.assume({
      RoleArn: arn('first'),
      RoleSessionName: 'one',
      SourceIdentity: '00uada',
      Tags: [{ Key: 'team', Value: 'payments' }],
      TransitiveTagKeys: ['team'],
    }),
  );
});
afterAll(() => aws.stop());

const onward = (role: string, change: Partial<AssumeRoleCommandInput> = {}) =>
  first.sts.send(new AssumeRoleCommand({ RoleArn: arn(role), RoleSessionName: 'two', ...change }));

test('the person behind a session stays behind what it becomes', async () => {
  expect(await onward('second')).toMatchObject({ SourceIdentity: '00uada' });
});

const tag = (Key: string) => ({ Key, Value: 'x' });
test.each<[string, string, Partial<AssumeRoleCommandInput>, string, string]>([
  ['another person', 'second', { SourceIdentity: '00uben' }, 'AccessDenied', 'cannot be changed'],
  [
    'a role that lets nobody name a person',
    'nameless',
    {},
    'AccessDenied',
    'sts:SetSourceIdentity',
  ],
  [
    'a role that takes no tags, though a tag travels along',
    'tagless',
    {},
    'AccessDenied',
    'sts:TagSession',
  ],
  [
    'a tag that travels along, given anew',
    'second',
    { Tags: [tag('Team')] },
    'InvalidParameterValue',
    'conflicts',
  ],
  [
    'the same tag twice',
    'second',
    { Tags: [tag('a'), tag('A')] },
    'InvalidParameterValue',
    'Duplicate',
  ],
  [
    'a transitive tag that is none of the tags',
    'second',
    { TransitiveTagKeys: ['b'] },
    'InvalidParameterValue',
    'transitive',
  ],
  [
    'an hour and a second, of a role that allows twelve',
    'second',
    { DurationSeconds: 3_601 },
    'ValidationError',
    'role chaining',
  ],
])('no chaining with %s', async (_what, role, change, code, because) => {
  expect(await codeOf(onward(role, change))).toBe(code);
  await expect(onward(role, change)).rejects.toThrow(because);
});
