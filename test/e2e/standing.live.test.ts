import path from 'node:path';
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

test(
  'a group: in it while it is granted, out of it afterwards, and told what may live on',
  async () => {
    const groupsOf = async (): Promise<string[]> =>
      z
        .array(z.object({ name: z.string(), groups: z.array(z.string()) }))
        .parse(await (await fetch(`${curfew.url}/sandbox/people`)).json())
        .flatMap(({ name, groups }) => (name.startsWith('Ada') ? groups : []));
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
