import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { inMemoryDirectory } from '../support/in-memory-directory';
import { startDirectory } from '../support/directory-stand-in';
import { temporaryFolder } from '../support/temporary-folder';
import { directoryContract } from './directory';

directoryContract('a directory in memory', async () => {
  const directory = inMemoryDirectory();
  return {
    directory,
    put: (person) => directory.put(person),
    renameGroup: (from, to) => directory.renameGroup(from, to),
    close: async () => undefined,
  };
});

const folder = temporaryFolder();

directoryContract('Okta (its SDK against the stand-in)', async () => {
  const standIn = await startDirectory(path.join(folder, randomUUID()), []);
  const { store } = standIn;
  return {
    directory: standIn.okta(),
    put({ id, name, emails, groups, active, manager }) {
      store.putUser({
        id,
        chatId: `U${id}`,
        name,
        email: emails[0] ?? '',
        login: emails[1] ?? emails[0] ?? '',
        status: active ? 'ACTIVE' : 'DEPROVISIONED',
        groupIds: groups.map((group) => store.ensureGroup(group).id),
        ...(manager !== undefined && { managerId: manager }),
      });
    },
    renameGroup: (from, to) => void store.putGroup({ ...store.ensureGroup(from), name: to }),
    close: standIn.close,
  };
});
