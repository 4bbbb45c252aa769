import { createHash } from 'node:crypto';
import {
  createIdentityCenterDirectory,
  type IdentityCenterOptions,
  type IdentityStore,
} from '../../identity/identity-center';
import { AccountStore } from '../../sandbox/aws/account-store';
import type { CenterUser, PermissionSetSeed } from '../../sandbox/aws/center-rows';
import type { CenterStore } from '../../sandbox/aws/center-store';
import { seedAccount } from '../../sandbox/aws/seed-account';
import { REGION } from './aws-bench';
import { awsOf } from './aws-of-stand-in';
import { EXTERNAL_ID, startAwsStandIn } from './aws-stand-in';
import { ACCOUNT, CENTER } from './center-bench';

/** An id in AWS's own form, the same for the same name. */
export function centerIdOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `9067642ac5-${[8, 4, 4, 4, 12].map((length, nth) => hex.slice(nth * 12, nth * 12 + length)).join('-')}`;
}

const SET = {
  arn: 'arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-0000000000000001',
  name: 'Set',
  sessionDuration: 'PT1H',
  access: { Version: '2012-10-17', Statement: [] },
} satisfies PermissionSetSeed;

/** The identity store as a directory: the adapter and AWS's SDK on the stand-in, with nobody in it. */
export async function centerDirectoryBench(
  data: string,
  options: Omit<IdentityCenterOptions, 'store'> = {},
) {
  const { storeId, instanceArn, region, roleArn } = CENTER;
  const standIn = await startAwsStandIn(
    data,
    seedAccount({
      externalId: EXTERNAL_ID,
      targets: [],
      identityCenter: { storeId, instanceArn, region, roleArn, permissionSets: [SET], users: [] },
    }),
  );
  const aws = awsOf(standIn);
  function inCenter<T>(look: (center: CenterStore) => T): T {
    const accounts = new AccountStore(data);
    try {
      return look(accounts.center);
    } finally {
      accounts.close();
    }
  }
  const asked: string[] = [];
  const real = aws.identityStore(CENTER);
  const noted =
    <A extends unknown[], R>(name: string, ask: (...given: A) => R) =>
    (...given: A): R => {
      asked.push(name);
      return ask(...given);
    };
  const store: IdentityStore = {
    userIdBy: noted('userIdBy', real.userIdBy),
    userOf: noted('userOf', real.userOf),
    groupIdCalled: noted('groupIdCalled', real.groupIdCalled),
    groupName: noted('groupName', real.groupName),
    groupIdsOf: noted('groupIdsOf', real.groupIdsOf),
    memberIds: noted('memberIds', real.memberIds),
  };
  return {
    directory: createIdentityCenterDirectory({ store, ...options }),
    /** Of the people of this very directory. */
    assignments: aws.permissionSets(CENTER, 'itself'),
    target: { arn: SET.arn, accountId: ACCOUNT, region: REGION },
    faults: standIn.faults,
    /** What was asked of the identity store, oldest first. */
    asked,
    /** A user and their groups, made when there are none; in the place of who has this id. */
    put({ groups, ...user }: CenterUser & { groups: readonly string[] }): void {
      inCenter((center) => {
        const known = center.groups().map(({ name }) => name ?? '');
        for (const name of new Set([...groups, ...known])) {
          const there = center.groups().find((group) => group.name === name);
          const others = (there?.members ?? []).filter((one) => one !== user.userId);
          const members = groups.includes(name) ? [...others, user.userId] : others;
          center.putGroup({
            groupId: there?.groupId ?? centerIdOf(`group ${name}`),
            name,
            members,
          });
        }
        center.putUser(user);
      });
    },
    /** Changes what is in AWS, as nobody could through the API that Curfew may use. */
    inCenter,
    async close(): Promise<void> {
      aws.close();
      await standIn.stop();
    },
  };
}
