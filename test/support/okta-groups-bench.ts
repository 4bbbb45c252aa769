import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Holder } from '../../access/assignments';
import type { AssignmentsBench } from '../contracts/assignments';
import { ada, ben, leaver, nobody } from './assignment-people';
import { startDirectory, type StartedDirectory } from './directory-stand-in';

export interface OktaGroupsBench extends AssignmentsBench {
  okta: StartedDirectory;
}

/** Groups of the directory stand-in, through Okta's own SDK. */
export async function oktaGroupsBench(): Promise<OktaGroupsBench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'curfew-okta-groups-'));
  const okta = await startDirectory(folder, [], { pageSize: 100 });
  const put = ({ id, emails }: Holder, groups: string[]) =>
    void okta.store.putUser({
      id,
      chatId: `U${id}`,
      name: id,
      email: emails[0]!,
      login: emails[0]!,
      status: 'ACTIVE',
      groupIds: groups.map((group) => okta.store.ensureGroup(group).id),
    });
  put(ada, ['engineers']);
  put(ben, ['engineers']);
  put(leaver, ['engineers']);
  const nameIn = (arn: string) => arn.slice('group:'.length);
  let made = 0;
  return {
    okta,
    ada,
    ben,
    leaver,
    nobody,
    // Okta's ids are unique, but it also finds by login: that is nobody's id.
    twice: { id: ben.emails[0]!, emails: ben.emails },
    assignments: okta.groups(),
    newTarget: async () => {
      const { name } = okta.store.ensureGroup(`handed out ${(made += 1)} "quoted"`);
      return { arn: `group:${name}`, accountId: '111111111111', region: 'eu-central-1' };
    },
    giveByHand: async ({ arn }, person) => put(person, ['engineers', nameIn(arn)]),
    crowd: async ({ arn }, count) => {
      for (let nth = 0; nth < count; nth += 1)
        put({ id: `00ucrowd${nth}`, emails: [`crowd-${nth}@curfew.example`] }, [nameIn(arn)]);
      return count;
    },
    deletePerson: async ({ id }) => okta.store.deleteUser(id),
    failNextRemoval: async () => undefined,
    fences: async () => ({}),
    close: async () => {
      await okta.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
