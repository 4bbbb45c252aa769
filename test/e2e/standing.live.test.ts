import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { callsWith, codeOf } from '../support/aws-calls';
import { temporaryFolder } from '../support/temporary-folder';
import { slowly, startCurfew, type WholeCurfew } from '../support/whole-curfew';

const PATIENCE = 150_000;
const ADA = '00uada00000000000001';

let curfew: WholeCurfew;
afterAll(() => curfew?.stop(), 60_000);
const folder = temporaryFolder();
beforeAll(async () => {
  curfew = await startCurfew(path.join(folder, 'data'));
}, PATIENCE);

const keys = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
});

/** Signs in at the access portal as Ada; undefined when nothing is assigned to her. */
async function signIn() {
  const answer = await fetch(`${curfew.url}/sandbox/aws/portal-session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      person: ADA,
      account: '111111111111',
      permissionSet: 'arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-2222222222222222',
    }),
  });
  return answer.ok
    ? callsWith(`${curfew.url}/sandbox/aws`, keys.parse(await answer.json()))
    : undefined;
}

test(
  'a permission set: assigned while it is granted; ended, its assignment is gone and the session that was open is denied',
  async () => {
    expect(await signIn()).toBeUndefined();
    const requestId = await curfew.grant('Ada', { role: 'dev-poweruser', reason: 'the portal' });
    const active = await curfew.shows(requestId, 'Ada', 'active', 'Yours until');
    expect(active.text).toContain('awsapps.com/start');
    const session = await signIn();
    expect(session && (await codeOf(session.listBuckets()))).toBe('ok');
    await curfew.control('click', { user: 'Ada', button: 'End now', message: active.ts });
    await curfew.shows(requestId, 'Ada', 'ended', 'Ended early');
    expect(await signIn()).toBeUndefined();
    // By the deny that was prepared, or because the role went with its last assignment.
    await slowly(async () =>
      expect(['AccessDenied', 'InvalidAccessKeyId']).toContain(
        session && (await codeOf(session.listBuckets())),
      ),
    );
  },
  PATIENCE,
);

const groupsOf = async (): Promise<string[]> =>
  z
    .array(z.object({ name: z.string(), groups: z.array(z.string()) }))
    .parse(await (await fetch(`${curfew.url}/sandbox/people`)).json())
    .flatMap(({ name, groups }) => (name.startsWith('Ada') ? groups : []));

/** The schedule looks every other minute; this is one look now. */
async function lookForDrift(): Promise<void> {
  const address = (await curfew.health()).parts['temporal']?.endpoint;
  const connection = await Connection.connect({ ...(address !== undefined && { address }) });
  try {
    await new Client({ connection }).schedule.getHandle('curfew-drift').trigger('BUFFER_ONE');
  } finally {
    await connection.close();
  }
}

test(
  'a group: in it while it is granted, out of it afterwards, and told what may live on',
  async () => {
    const requestId = await curfew.grant('Ada', { role: 'grafana-admins', reason: 'dashboards' });
    expect(await groupsOf()).toContain('grafana-admins');
    const { ts } = await curfew.shows(requestId, 'Ada', 'active', 'Yours until');
    await curfew.control('click', { user: 'Ada', button: 'End now', message: ts });
    const { text } = await curfew.shows(requestId, 'Ada', 'ended', 'Ended early');
    expect(await groupsOf()).not.toContain('grafana-admins');
    expect(text).toContain('grafana-admins');
  },
  PATIENCE,
);

test(
  'somebody lets Ada into the group again: it is shown, whoever is on call has it removed, and that is seen',
  async () => {
    const groups = [...(await groupsOf()), 'grafana-admins'];
    await fetch(`${curfew.url}/sandbox/directory/person`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: ADA, groups }),
    });
    expect(await groupsOf()).toContain('grafana-admins');
    await lookForDrift();
    const shown = (words: string) =>
      slowly(async () => {
        const all = await curfew.messages('Emil');
        const found = all.filter(
          ({ text, metadata }) => metadata?.kind === 'quarantine' && text.includes(words),
        );
        const [one] = found;
        if (!one || found.length > 1) throw new Error(`${found.length} say "${words}"`);
        return one;
      });
    const { ts } = await shown('unless a grant needs it by then');
    await curfew.control('click', { user: 'Emil', button: 'Remove now', message: ts });
    const { text } = await shown('Removed');
    expect(text).toContain('Seen removed');
    expect(await groupsOf()).not.toContain('grafana-admins');
  },
  PATIENCE,
);
