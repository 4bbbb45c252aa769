import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { centerDirectoryBench, centerIdOf } from '../support/center-directory-bench';
import { inMemoryDirectory } from '../support/in-memory-directory';
import { startDirectory } from '../support/directory-stand-in';
import { temporaryFolder } from '../support/temporary-folder';
import { directoryContract } from './directory';

directoryContract('a directory in memory', async () => {
  const directory = inMemoryDirectory();
  return {
    directory,
    put: async (person) => {
      directory.put(person);
      return person;
    },
    renameGroup: async (from, to) => directory.renameGroup(from, to),
    bindGroup: async (name) => directory.bindGroup(name),
    close: async () => undefined,
  };
});

const folder = temporaryFolder();

directoryContract('Okta (its SDK against the stand-in)', async () => {
  const standIn = await startDirectory(path.join(folder, randomUUID()), []);
  const { store } = standIn;
  const groupIds: Record<string, string> = {};
  return {
    directory: standIn.okta({ groupIds }),
    async put(person) {
      const { id, name, emails, groups, active, manager } = person;
      store.putUser({
        id,
        chatId: `U${id}`,
        name,
        email: emails[0] ?? '',
        login: emails[1] ?? emails[0] ?? id,
        status: active ? 'ACTIVE' : 'DEPROVISIONED',
        groupIds: groups.map((group) => store.ensureGroup(group).id),
        ...(manager !== undefined && { managerId: manager }),
      });
      return person;
    },
    renameGroup: async (from, to) => void store.putGroup({ ...store.ensureGroup(from), name: to }),
    bindGroup: async (name) => void (groupIds[name] = store.ensureGroup(name).id),
    close: standIn.close,
  };
});

directoryContract(
  'Identity Center (its SDK against the stand-in)',
  async () => {
    const groupIds: Record<string, string> = {};
    const bench = await centerDirectoryBench(path.join(folder, randomUUID()), { groupIds });
    return {
      ...bench,
      async put({ id, name, emails, groups, active }) {
        const userId = centerIdOf(id);
        bench.put({
          userId,
          userName: emails[1] ?? emails[0] ?? name,
          displayName: name,
          emails: emails.slice(0, 1),
          externalIds: [],
          disabled: !active,
          groups,
        });
        return { id: userId, name, emails, groups, active };
      },
      bindGroup: async (name) =>
        bench.inCenter((center) => {
          const group = center.groups().find((one) => one.name === name);
          groupIds[name] = group?.groupId ?? '';
        }),
      renameGroup: async (from, to) =>
        bench.inCenter((center) => {
          for (const { groupId, members } of center.groups().filter(({ name }) => name === from))
            center.putGroup({ groupId, name: to, members });
        }),
    };
  },
  { managers: false },
);
