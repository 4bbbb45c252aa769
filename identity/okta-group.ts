import type { Assignments, Holder } from '../access/assignments';
import { boundId, type GroupIds } from '../access/group-ids';
import { Refused } from '../access/refused';
import type { Target } from '../access/session';
import {
  asking,
  everyPage,
  firstPage,
  ID,
  oktaClient,
  orNothing,
  PAGE,
  quoted,
  type OktaApp,
} from './okta-client';
import { MANAGE_SCOPES } from './okta-scopes';
import { nameOf, oktaGroup, oktaUser, type OktaUser } from './okta-wire';

export interface OktaGroupOptions extends OktaApp {
  /** How long what the target opens goes on after the membership went; nobody but the catalog knows. */
  survivesMinutes(target: Target): number;
  groupIds?: GroupIds;
}

/** 20,000 people in one group. */
const MOST_PAGES = 100;

/**
 * Groups of Okta as targets (`group:<name>`): a member gets whatever the group opens. Okta answers at once, and keeps
 * no deny: what was opened lives on for as long as the catalog says.
 */
export function createOktaGroups(options: OktaGroupOptions): Assignments {
  const { userApi, groupApi } = oktaClient(options, MANAGE_SCOPES);
  const ask = <T>(what: string, asked: () => Promise<T>): Promise<T> =>
    asking(what, asked, MANAGE_SCOPES);

  // Search lags behind what was changed; the record itself does not.
  const groupOf = (groupId: string) =>
    ask('a group', () =>
      orNothing(groupApi.getGroup({ groupId }).then((one) => oktaGroup.parse(one))),
    );

  /** By its name at this moment. Only a group of Okta's own: others belong to the system they came from. */
  async function groupIdOf(target: Target): Promise<string> {
    const name = target.arn.slice('group:'.length);
    const bound = boundId(options.groupIds ?? {}, name);
    if (bound !== undefined) return boundGroup(name, bound);
    const found = await ask('a group by name', async () =>
      firstPage(
        await groupApi.listGroups({ search: `profile.name eq ${quoted(name)}`, limit: PAGE }),
        oktaGroup,
      ),
    );
    for (const { id } of found) {
      const group = await groupOf(id);
      if (group?.profile.name === name && group.type === 'OKTA_GROUP') return id;
    }
    throw new Refused(
      `There is no group called ${name} in Okta that Curfew could let anybody into.`,
      'An administrator should create it there, or correct its name in curfew.yaml.',
    );
  }

  async function boundGroup(name: string, id: string): Promise<string> {
    if ((await groupOf(id))?.type === 'OKTA_GROUP') return id;
    throw new Refused(
      `There is no group with the id ${id} in Okta that Curfew could let anybody into.`,
      `An administrator should correct groupIds.${name} in curfew.yaml.`,
    );
  }

  /** Undefined: deleted since something was given to them, which Okta took with them. */
  async function whoHeld(person: Holder): Promise<OktaUser | undefined> {
    try {
      return await userOf(person);
    } catch (error) {
      if (person.knownAs === person.id && error instanceof Refused) return undefined;
      throw error;
    }
  }

  async function userOf({ id, emails }: Holder): Promise<OktaUser> {
    const found = ID.test(id)
      ? await ask('a user', () =>
          orNothing(userApi.getUser({ userId: id }).then((user) => oktaUser.parse(user))),
        )
      : undefined;
    // Okta also finds by login, and `me`: only the id itself is an id.
    if (found?.id === id) return found;
    throw new Refused(
      `${emails[0] ?? id} is not in Okta under the id ${id}.`,
      'An administrator should look at the account there.',
    );
  }

  const groupsOf = (user: OktaUser) =>
    ask("a user's groups", async () =>
      everyPage(
        await userApi.listUserGroups({ userId: user.id }),
        oktaGroup,
        MOST_PAGES,
        'Nobody should be in that many groups.',
      ),
    );

  return {
    async look(target, person) {
      const [groupId, user] = [await groupIdOf(target), await whoHeld(person)];
      const groups = user === undefined ? [] : await groupsOf(user);
      const at = new Date();
      return {
        held: groups.some(({ id }) => id === groupId),
        at: at.toISOString(),
        where: `in Okta, ${target.arn.replace(':', ' ')}`,
        knownAs: person.id,
        ...(user === undefined && { gone: true as const }),
        survives: {
          what: `sessions of whatever ${target.arn.replace(':', ' ')} opens`,
          until: new Date(at.getTime() + options.survivesMinutes(target) * 60_000).toISOString(),
        },
      };
    },

    async assign(target, person) {
      const [groupId, { id: userId }] = [await groupIdOf(target), await userOf(person)];
      await ask('let somebody into a group', () => groupApi.assignUserToGroup({ groupId, userId }));
    },

    async remove(target, person) {
      const [groupId, user] = [await groupIdOf(target), await whoHeld(person)];
      if (user === undefined) return;
      await ask('take somebody out of a group', () =>
        orNothing(groupApi.unassignUserFromGroup({ groupId, userId: user.id })),
      );
    },

    // Okta has no deny for a member's sessions elsewhere; `survives` says so.
    fence: async () => ({ writtenAt: new Date().toISOString(), leftOut: [] }),

    fits: async () => true,

    async holders(target) {
      const groupId = await groupIdOf(target);
      const users = await ask("a group's members", async () =>
        everyPage(
          await groupApi.listGroupUsers({ groupId, limit: PAGE }),
          oktaUser,
          MOST_PAGES,
          'Use a smaller group for what is handed out.',
        ),
      );
      return users.map((user) => ({ id: user.id, foreign: false, name: nameOf(user) }));
    },
  };
}
