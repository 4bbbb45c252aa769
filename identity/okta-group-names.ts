import { boundId, type GroupIds } from '../access/group-ids';
import type { GroupNames } from '../access/group-names';
import {
  asking,
  firstPage,
  oktaClient,
  orNothing,
  PAGE,
  quoted,
  type OktaApp,
} from './okta-client';
import { READ_SCOPES } from './okta-scopes';
import { oktaGroup } from './okta-wire';

/** So much of a name is taken to be right when others are looked for that may have been meant. */
const BEGINNING = 2;

/** What Okta's groups are called, for whoever writes a policy. */
export function createOktaGroupNames(options: OktaApp & { groupIds?: GroupIds }): GroupNames {
  const { groupApi } = oktaClient(options, READ_SCOPES);
  const names = (order: Parameters<typeof groupApi.listGroups>[0]): Promise<string[]> =>
    asking('groups by name', async () =>
      firstPage(await groupApi.listGroups(order), oktaGroup).then((groups) =>
        groups.map(({ profile }) => profile.name),
      ),
    );
  return {
    async look(name) {
      const groupId = boundId(options.groupIds ?? {}, name);
      if (groupId !== undefined) {
        const found = await asking('a group by id', () =>
          orNothing(groupApi.getGroup({ groupId })),
        );
        return { exists: found !== undefined, alike: [], boundTo: groupId };
      }
      const same = await names({ search: `profile.name eq ${quoted(name)}`, limit: PAGE });
      if (same.includes(name)) return { exists: true, alike: [] };
      const alike = await names({ q: name.slice(0, BEGINNING), limit: PAGE });
      return { exists: alike.includes(name), alike: [...same, ...alike] };
    },
  };
}
