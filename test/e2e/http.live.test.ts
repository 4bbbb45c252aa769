import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sign } from '../../sandbox/slack/http-transport';
import { temporaryFolder } from '../support/temporary-folder';
import { startCurfew, type WholeCurfew } from '../support/whole-curfew';

let curfew: WholeCurfew;
afterAll(() => curfew?.stop(), 60_000);
const data = temporaryFolder();
beforeAll(async () => {
  curfew = await startCurfew(data, { CURFEW_SLACK_TRANSPORT: 'http' });
}, 150_000);

test('over signed HTTP, too: asked, approved, live', async () => {
  const requestId = await curfew.request('Ada', { reason: 'over http' });
  await curfew.shows(requestId, 'Ada', 'waiting', 'With its reviewers in #access-requests');
  await curfew.approve(requestId);
  await curfew.shows(requestId, 'Carla', 'card', 'Active until');
  const active = await curfew.shows(requestId, 'Ada', 'active', 'Yours until');
  expect(active.buttons).toEqual(['Connect', 'Extend', 'End now']);
}, 150_000);

test('nobody but Slack is heard there, and everything stays healthy', async () => {
  const body = new URLSearchParams({
    payload: JSON.stringify({ type: 'block_actions', user: { id: 'U0CARLA003' } }),
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const answer = await fetch(`${curfew.url}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign('not the secret', timestamp, body),
    },
    body,
  });
  expect(answer.status).toBe(401);
  expect(await curfew.health()).toMatchObject({ code: 200, status: 'ok' });
});
