import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { PEOPLE } from '../../sandbox/people';
import { captured } from '../support/captured';
import { changedExample } from '../support/changed-example';
import { CLIENT_ID, newClientKey, startDirectory } from '../support/directory-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const before = { ...process.env };
let key: Record<string, string>;
beforeAll(async () => {
  key = await newClientKey();
});
afterEach(() => {
  process.env = { ...before };
});

// Asks through the real SDK, which takes its time on a busy machine.
jest.setTimeout(60_000);

/** `curfew policy check --live` on a directory of the people of the example, with these groups besides. */
async function checkedLive(config: string, groups: readonly string[] = []) {
  const standIn = await startDirectory(path.join(folder, randomUUID()), PEOPLE, {
    client: { id: CLIENT_ID, key },
  });
  for (const group of ['grafana-admins', ...groups]) standIn.store.ensureGroup(group);
  Object.assign(process.env, {
    OKTA_CLIENT_ORGURL: standIn.orgUrl,
    OKTA_CLIENT_CLIENTID: CLIENT_ID,
    OKTA_CLIENT_PRIVATEKEY: JSON.stringify(key),
  });
  try {
    return await captured(['policy', 'check', config, '--live']);
  } finally {
    await standIn.close();
  }
}

test('the example fits the directory of the stand-in', async () => {
  const { code, out } = await checkedLive(changedExample(folder, (text) => `${text}\n`));
  expect(out).toMatch(/can be used: \d+ roles/);
  expect(code).toBe(0);
});

test('a group that the directory does not know is named with file, line and what may have been meant', async () => {
  const config = changedExample(folder, (text) =>
    text
      .replace('groups: [engineers,', 'groups: [securty, engineers,')
      .replace('group: grafana-admins', 'group: grafana-admin'),
  );
  const { code, out } = await checkedLive(config);
  expect(code).toBe(1);
  expect(out).toMatch(
    /curfew\.yaml:\d+:\d+ error groups\.0: The directory has no group called securty\. → .* Did you mean security\?/,
  );
  expect(out).toMatch(
    /error roles\.grafana-admins\.group: .* grafana-admin\. → .* Did you mean grafana-admins\?/,
  );
  expect(out).toMatch(/cannot be used\.$/m);
});

test('a name that is bound to an id is looked for by that, whatever it is called there', async () => {
  const config = changedExample(folder, (text) =>
    text.replace('onCall:', 'groupIds: { security: 00gnobody0000000000 }\nonCall:'),
  );
  const { code, out } = await checkedLive(config);
  expect(code).toBe(1);
  expect(out).toMatch(
    /error groups\.2: The directory has no group with the id 00gnobody0000000000, which is bound to security\. → Correct groupIds\.security\./,
  );
});

test('a group that nobody active is in is a warning, and its members are who could approve', async () => {
  const config = changedExample(folder, (text) =>
    text.replace('groups: [engineers,', 'groups: [empty-one, engineers,'),
  );
  const { code, out } = await checkedLive(config, ['empty-one']);
  expect(code).toBe(0);
  expect(out).toMatch(/warning groups\.0: Nobody active is in the group empty-one\./);
});

test('without a directory to ask it says which settings it needs', async () => {
  process.env['CURFEW_DATA'] = path.join(folder, 'nowhere');
  delete process.env['OKTA_CLIENT_ORGURL'];
  const { code, err } = await captured(['policy', 'check', '--live']);
  expect(code).toBe(3);
  expect(err).toContain('OKTA_CLIENT_ORGURL');
});
