import {
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  paginateListAccountAssignments,
  paginateListAccountAssignmentsForPrincipal,
  paginateListAccountsForProvisionedPermissionSet,
  PutInlinePolicyToPermissionSetCommand,
  type ProvisioningStatus,
  type SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { parseIsoDuration } from './iso-duration';
import type { AssignmentFence, Assignments, Holder, Standing } from '../access/assignments';
import type { IdentityCenter } from '../access/catalog';
import { Refused } from '../access/refused';
import type { Target } from '../access/session';
import { centerOperations, type AssignmentKey, type Patience } from './center-operations';
import type { CenterUsers } from './center-users';
import { AwsFault, awsCode, awsFault } from './errors';
import {
  checkRoom,
  composeFencedPolicy,
  hasRoom,
  parseFencedPolicy,
  withFences,
  type FencedPolicy,
} from './permission-set-policy';

/**
 * Permission sets of IAM Identity Center. A session that was opened in the access portal outlives the assignment by
 * up to the set's session duration; so a Deny on `identitystore:UserId` is kept ready in the set's inline policy
 * (untested on AWS). That policy is one document for all accounts of the set and has no version to compare: there
 * must be one writer per permission set.
 */
export function permissionSets(
  client: SSOAdminClient,
  center: IdentityCenter,
  users: CenterUsers,
  patience?: Patience,
): Assignments {
  const { instanceArn: InstanceArn } = center;
  const operations = centerOperations(client, patience);

  const keyOf = (target: Target, userId: string): AssignmentKey => ({
    InstanceArn,
    PermissionSetArn: target.arn,
    TargetId: target.accountId,
    TargetType: 'AWS_ACCOUNT',
    PrincipalType: 'USER',
    PrincipalId: userId,
  });

  /** To take away: from whom it was given to, even when nobody could find them any more. */
  const givenTo = async (person: Holder): Promise<string> =>
    person.knownAs ?? users.userIdOf(person);

  /** How the person comes to have it: directly, through a group, or not. */
  async function waysOf(target: Target, userId: string) {
    try {
      return await waysOfUser(target, userId);
    } catch (error) {
      if (awsCode(error) !== 'ResourceNotFound')
        throw awsFault(error, `Looking up who has ${target.arn}`);
      // The user was deleted: what was given to them may still be listed, and can be removed.
      const direct = (await principalsOf(target)).some(({ id }) => id === userId);
      return { direct, any: direct };
    }
  }

  async function waysOfUser(target: Target, userId: string) {
    const ways = { direct: false, any: false };
    for await (const { AccountAssignments = [] } of paginateListAccountAssignmentsForPrincipal(
      { client },
      {
        InstanceArn,
        PrincipalId: userId,
        PrincipalType: 'USER',
        Filter: { AccountId: target.accountId },
      },
    ))
      for (const one of AccountAssignments) {
        if (one.PermissionSetArn !== target.arn || one.AccountId !== target.accountId) continue;
        ways.any = true;
        ways.direct ||= one.PrincipalType === 'USER' && one.PrincipalId === userId;
      }
    return ways;
  }

  async function principalsOf(target: Target): Promise<{ id: string; isUser: boolean }[]> {
    const principals: { id: string; isUser: boolean }[] = [];
    await each(`Listing who has ${target.arn} in ${target.accountId}`, async () => {
      for await (const { AccountAssignments = [] } of paginateListAccountAssignments(
        { client, pageSize: 100 },
        { InstanceArn, AccountId: target.accountId, PermissionSetArn: target.arn },
      ))
        for (const { PrincipalId, PrincipalType } of AccountAssignments)
          if (PrincipalId !== undefined)
            principals.push({ id: PrincipalId, isUser: PrincipalType === 'USER' });
    });
    return principals;
  }

  /** Does it until it is so: AWS works at one change of an assignment at a time. */
  async function bringTo(wanted: boolean, target: Target, person: Holder): Promise<void> {
    const key = keyOf(target, await (wanted ? users.userIdOf(person) : givenTo(person)));
    const deadline = operations.deadline();
    for (;;) {
      if ((await waysOf(target, key.PrincipalId)).direct === wanted) return;
      const outcome = await (wanted ? operations.create(key) : operations.remove(key));
      if (outcome === 'done') return;
      // Gone already, between the look and the removal.
      if (outcome === 'gone' && !wanted) return;
      if (outcome === 'gone')
        throw new AwsFault(
          `${target.arn} cannot be assigned in ${target.accountId}: AWS does not know the set, the account or the person.`,
        );
      if (Date.now() > deadline)
        throw new AwsFault(`AWS is busy with another change of ${target.arn} for this person.`);
      await operations.wait();
    }
  }

  async function readPolicy(target: Target): Promise<{ text: string; policy: FencedPolicy }> {
    const { InlinePolicy: text = '' } = await each(
      `Reading the inline policy of ${target.arn}`,
      () =>
        client.send(
          new GetInlinePolicyForPermissionSetCommand({ InstanceArn, PermissionSetArn: target.arn }),
        ),
    );
    return { text, policy: parseFencedPolicy(text, target.arn) };
  }

  async function isProvisioned(target: Target, ProvisioningStatus?: ProvisioningStatus) {
    return each(`Looking up where ${target.arn} is provisioned`, async () => {
      for await (const { AccountIds = [] } of paginateListAccountsForProvisionedPermissionSet(
        { client },
        {
          InstanceArn,
          PermissionSetArn: target.arn,
          ...(ProvisioningStatus !== undefined && { ProvisioningStatus }),
        },
      ))
        if (AccountIds.includes(target.accountId)) return true;
      return false;
    });
  }

  /** Makes the account's role what the set is now. Without a role there the next assignment does it. */
  async function provision(target: Target, onlyIfOld: boolean): Promise<void> {
    const status = onlyIfOld ? 'LATEST_PERMISSION_SET_NOT_PROVISIONED' : undefined;
    const deadline = operations.deadline();
    while (await isProvisioned(target, status)) {
      const outcome = await operations.provision(InstanceArn, target.arn, target.accountId);
      if (outcome !== 'busy') return;
      if (Date.now() > deadline)
        throw new AwsFault(`AWS is busy provisioning ${target.arn} in ${target.accountId}.`);
      await operations.wait();
    }
  }

  async function sessionMs(target: Target): Promise<number> {
    const { PermissionSet } = await each(`Reading ${target.arn}`, () =>
      client.send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn: target.arn })),
    );
    return parseIsoDuration(PermissionSet?.SessionDuration ?? 'PT1H', target.arn);
  }

  async function usersIn(fences: readonly AssignmentFence[]) {
    const wanted: { userId: string; until: string }[] = [];
    const leftOut: string[] = [];
    for (const { person, until } of fences)
      try {
        wanted.push({ userId: await givenTo(person), until });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        leftOut.push(person.id);
      }
    return { wanted, leftOut };
  }

  return {
    async look(target, person): Promise<Standing> {
      const userId = await givenTo(person);
      const { any: held } = await waysOf(target, userId);
      const { policy } = await readPolicy(target);
      const written = policy.fences.find(
        (fence) => fence.accountId === target.accountId && fence.userId === userId,
      );
      const inForce =
        written !== undefined &&
        !(await isProvisioned(target, 'LATEST_PERMISSION_SET_NOT_PROVISIONED'));
      const at = new Date();
      const standing = {
        held,
        at: at.toISOString(),
        where: `in IAM Identity Center, account ${target.accountId}`,
        knownAs: userId,
        ...(!held && person.knownAs !== undefined && !(await users.exists(userId))
          ? { gone: true as const }
          : {}),
      };
      if (written !== undefined && inForce) return { ...standing, fencedFrom: written.until };
      return {
        ...standing,
        survives: {
          what: 'sessions opened in the AWS access portal before',
          until: new Date(at.getTime() + (await sessionMs(target))).toISOString(),
        },
      };
    },

    assign: (target, person) => bringTo(true, target, person),
    remove: (target, person) => bringTo(false, target, person),

    async fence(target, fences) {
      const { wanted, leftOut } = await usersIn(fences);
      const there = await readPolicy(target);
      const next = withFences(there.policy, target.accountId, wanted);
      const now = Date.now();
      const text = composeFencedPolicy(next, now);
      // In meaning, not to the letter: what others wrote is not rewritten for its white space.
      const isNew = text !== composeFencedPolicy(there.policy, now);
      if (isNew) {
        checkRoom(text, target.arn, next.fences.length);
        await each(`Writing the inline policy of ${target.arn}`, () =>
          client.send(
            new PutInlinePolicyToPermissionSetCommand({
              InstanceArn,
              PermissionSetArn: target.arn,
              InlinePolicy: text,
            }),
          ),
        );
        if ((await readPolicy(target)).text !== text)
          throw new AwsFault(
            `The inline policy of ${target.arn} was written but does not read back as written: somebody else writes it, too.`,
          );
      }
      const writtenAt = new Date().toISOString();
      await provision(target, !isNew);
      return { writtenAt, leftOut };
    },

    async fits(target, fences) {
      const { policy } = await readPolicy(target);
      const { wanted } = await usersIn(fences);
      const text = composeFencedPolicy(withFences(policy, target.accountId, wanted), Date.now());
      return hasRoom(text);
    },

    async holders(target) {
      const principals = await principalsOf(target);
      const people = await users.peopleOf(
        principals.flatMap(({ id, isUser }) => (isUser ? [id] : [])),
      );
      return principals.map(({ id, isUser }) => {
        if (!isUser) return { id, foreign: true, name: `the group ${id} of Identity Center` };
        const known = people.get(id);
        return known?.id === undefined
          ? { id, foreign: true, name: known?.name ?? id }
          : { id: known.id, foreign: false, name: known.name };
      });
    },
  };
}

async function each<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw awsFault(error, doing);
  }
}
