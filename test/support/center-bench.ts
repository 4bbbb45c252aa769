import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Assignments, Holder } from '../../access/assignments';
import type { IdentityCenter } from '../../access/catalog';
import type { Target } from '../../access/session';
import { parseFencedPolicy } from '../../aws/permission-set-policy';
import { AccountStore } from '../../sandbox/aws/account-store';
import type { CenterSeed } from '../../sandbox/aws/center-rows';
import type { PolicyJson } from '../../sandbox/aws/policy-document';
import { seedAccount } from '../../sandbox/aws/seed-account';
import type { AssignmentsBench } from '../contracts/assignments';
import { ada, ben, leaver, nobody, personOf, twice } from './assignment-people';
import { REGION } from './aws-bench';
import { awsOf } from './aws-of-stand-in';
import { callsWith, codeOf } from './aws-calls';
import { EXTERNAL_ID, startAwsStandIn, type Keys, type RunningStandIn } from './aws-stand-in';
import { inMemoryDirectory } from './in-memory-directory';

export const ACCOUNT = '111111111111';
export const CENTER: IdentityCenter = {
  instanceArn: 'arn:aws:sso:::instance/ssoins-1111111111111111',
  storeId: 'd-1234567890',
  region: REGION,
  portalUrl: 'https://example.awsapps.com/start',
  roleArn: 'arn:aws:iam::000000000000:role/jit/curfew-identity-center',
};
export const userIdOf = ({ id }: Holder): string => `9067-${id}`;

const ANYTHING: PolicyJson = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** What somebody else wrote into each set's inline policy: it is their access policy, too. */
export const FOREIGN = [
  { Sid: 'Theirs', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::é/*' },
  {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'identitystore:UserId': 'somebody-they-cut' } },
  },
] as const;

const SETS = Array.from({ length: 40 }, (_, nth) => ({
  arn: `arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-${String(nth).padStart(16, '0')}`,
  name: `Set${nth}`,
  sessionDuration: 'PT2H',
  access: ANYTHING,
  inline: { Version: '2012-10-17', Statement: [...FOREIGN] } satisfies PolicyJson,
}));

const user = (userId: string, email: string, externalId?: string) => ({
  userId,
  userName: email.toLowerCase(),
  displayName: email,
  emails: [email.toLowerCase()],
  externalIds:
    externalId === undefined ? [] : [{ Issuer: 'https://okta.example/scim', Id: externalId }],
});

export const SEED: CenterSeed = {
  instanceArn: CENTER.instanceArn,
  storeId: CENTER.storeId,
  region: REGION,
  roleArn: CENTER.roleArn,
  permissionSets: SETS,
  users: [
    user(userIdOf(ada), ada.emails[0]!, ada.id),
    // Made by hand: nothing of the directory's.
    user(userIdOf(ben), ben.emails[0]!),
    user(userIdOf(leaver), leaver.emails[0]!, leaver.id),
    ...twice.emails.map((email, nth) => user(`9067-twin-${nth}`, email)),
    ...Array.from({ length: 250 }, (_, nth) =>
      user(`9067-crowd-${nth}`, `crowd-${nth}@curfew.example`, `00ucrowd${nth}`),
    ),
  ],
  groups: [{ groupId: '9067-group', members: [userIdOf(ben)] }],
};

export interface CenterBench extends AssignmentsBench {
  standIn: RunningStandIn;
  /** Signs in at the access portal and opens the target there. Undefined when it is not shown. */
  openInPortal(target: Target, person: Holder): Promise<Keys | undefined>;
  /** What AWS answers to ListBuckets with these: `ok` or the error's code. */
  tryOn(keys: Keys): Promise<string>;
  /** Looks into AWS's own state, and changes it as nobody could through the API. */
  inAws<T>(look: (store: AccountStore) => T): T;
  propagation(ms: number): Promise<void>;
  assignmentsWith(center: Partial<IdentityCenter>): Assignments;
}

/** The adapter over the AWS stand-in, which has people, sets and their sessions. */
export async function centerBench(): Promise<CenterBench> {
  const data = mkdtempSync(path.join(tmpdir(), 'curfew-center-'));
  const standIn = await startAwsStandIn(
    data,
    seedAccount({ externalId: EXTERNAL_ID, targets: [], identityCenter: SEED }),
  );
  const aws = awsOf(standIn);
  const directory = inMemoryDirectory([ada, ben, twice].map(personOf));
  const post = (route: string, body: object) =>
    fetch(`${standIn.endpoint}/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const inAws: CenterBench['inAws'] = (look) => {
    const store = new AccountStore(data);
    try {
      return look(store);
    } finally {
      store.close();
    }
  };
  const unused = SETS.map(({ arn }) => ({ arn, accountId: ACCOUNT, region: REGION }));
  return {
    ada,
    ben,
    leaver,
    nobody,
    twice,
    standIn,
    inAws,
    assignments: aws.permissionSets(CENTER, directory),
    assignmentsWith: (center) => aws.permissionSets({ ...CENTER, ...center }, directory),
    newTarget: async () => unused.pop()!,
    giveByHand: async ({ accountId, arn: setArn }, person) =>
      inAws(({ center }) =>
        center.assign(
          { accountId, setArn, principalType: 'USER', principalId: userIdOf(person) },
          Date.now(),
        ),
      ),
    crowd: async ({ accountId, arn: setArn }, count) =>
      inAws(({ center }) => {
        for (let nth = 0; nth < count; nth += 1)
          center.assign(
            { accountId, setArn, principalType: 'USER', principalId: `9067-crowd-${nth}` },
            Date.now(),
          );
        return count;
      }),
    deletePerson: async (person) => inAws(({ center }) => center.deleteUser(userIdOf(person))),
    failNextRemoval: async () =>
      standIn.faults.order({ target: 'aws', operation: 'DeleteAccountAssignment', kind: 'failed' }),
    fences: async ({ arn, accountId }) =>
      inAws(({ center }) =>
        Object.fromEntries(
          parseFencedPolicy(center.set(arn)?.inline ?? '', arn)
            .fences.filter((fence) => fence.accountId === accountId)
            .map(({ userId, until }) => [userId.replace('9067-', ''), until]),
        ),
      ),
    openInPortal: async ({ arn, accountId }, { id, emails }) => {
      const answer = await post('portal-session', {
        person: emails[0]?.toLowerCase() ?? id,
        account: accountId,
        permissionSet: arn,
      });
      if (answer.status === 403) return undefined;
      const { accessKeyId, secretAccessKey, sessionToken } = (await answer.json()) as Keys;
      return { accessKeyId, secretAccessKey, sessionToken };
    },
    tryOn: (keys) => codeOf(callsWith(standIn.endpoint, keys).listBuckets()),
    propagation: async (ms) => void (await post('propagation', { ms })),
    close: async () => {
      aws.close();
      await standIn.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
