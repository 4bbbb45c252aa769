import { afterAll, beforeAll } from '@jest/globals';
import type { Person } from '../../access/person';
import { createOktaDirectory } from '../../identity/okta';
import { CLIENT_ID, newClientKey } from '../support/directory-stand-in';
import { startEmulate } from '../support/emulate';
import { directoryContract } from './directory';
import { FIRST_START } from './role-sessions';

let emulate: Awaited<ReturnType<typeof startEmulate>>;
let privateKey: string;

beforeAll(async () => {
  emulate = await startEmulate();
  privateKey = JSON.stringify(await newClientKey());
}, FIRST_START);
afterAll(() => emulate.close());

directoryContract(
  'Okta (its SDK against emulate)',
  async () => {
    await emulate.empty();
    const users = new Map<string, string>();
    const groups = new Map<string, string>();
    const groupIds: Record<string, string> = {};
    const groupId = async (name: string): Promise<string> => {
      const id =
        groups.get(name) ?? (await emulate.idOf(await emulate.call('POST', 'groups', { name })));
      groups.set(name, id);
      return id;
    };
    return {
      directory: createOktaDirectory({
        orgUrl: emulate.orgUrl,
        clientId: CLIENT_ID,
        privateKey,
        groupIds,
      }),
      async put(person: Person) {
        const { name, emails, active } = person;
        const profile = {
          displayName: name,
          email: emails[0]!,
          login: emails[1] ?? emails[0]!,
        };
        const known = users.get(person.id);
        const id = await emulate.idOf(
          await emulate.call('POST', known === undefined ? 'users' : `users/${known}`, profile),
        );
        users.set(person.id, id);
        for (const group of groups.values())
          await emulate.call('DELETE', `groups/${group}/users/${id}`);
        for (const group of person.groups)
          await emulate.call('PUT', `groups/${await groupId(group)}/users/${id}`);
        await emulate.call('POST', `users/${id}/lifecycle/${active ? 'activate' : 'deactivate'}`);
        return { ...person, id };
      },
      async renameGroup(from: string, to: string) {
        await emulate.call('PUT', `groups/${await groupId(from)}`, { name: to });
      },
      bindGroup: async (name) => void (groupIds[name] = await groupId(name)),
      close: async () => undefined,
    };
  },
  { managers: false, search: false },
);
