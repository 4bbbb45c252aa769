import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newReceiverKeys } from '../../keys/receiver';
import {
  ADA,
  anActiveNotice,
  BEN,
  CARLA,
  DENIZ,
  type Scene,
  startScene,
} from '../support/bot-scene';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let scene: Scene;
/** Ada is linked to nobody yet. */
const made: string[] = [];
beforeAll(async () => {
  scene = await startScene('socket', folder, {
    wayToApprove: async (by, _about, { durationMinutes, reason }) =>
      by.user === DENIZ.user
        ? {
            say: `Sign in, for ${durationMinutes ?? 'all of it'}`,
            url: `https://curfew.example/for/${durationMinutes}/${reason}`,
            label: 'Go there',
          }
        : undefined,
    wayToConnect: async (by, { words }) =>
      by.user === BEN.user
        ? { say: 'Sign in first', url: `https://curfew.example/words/${words}`, label: 'Go on' }
        : undefined,
    wayToBreakGlass: ({ requester, breakGlass, reason, requestId }) =>
      requester.user === BEN.user && breakGlass
        ? {
            say: 'Sign in first',
            url: `https://curfew.example/glass/${requestId}/${reason}`,
            label: 'Go on',
          }
        : undefined,
    wayToLink(by) {
      if (by.user !== ADA.user) return undefined;
      made.push(by.user);
      const url = `https://curfew.example/sign-in/begin?offer=${made.length}`;
      return { say: 'Who are you?', url, label: 'Sign in' };
    },
  });
});
afterAll(() => scene.stop());

test.each(['/request-access', '/revoke'])(
  '%s answers with a way to sign in, to them alone',
  async (command) => {
    const { modal, messages } = await scene.slack.command(ADA.user, command, '', 'general');
    expect(modal).toBeUndefined();
    expect(messages.at(-1)).toMatchObject({ text: 'Who are you?' });
    const { messages: others } = await scene.slack.command(CARLA.user, '/request-access');
    expect(JSON.stringify(others ?? [])).not.toContain('Who are you?');
    const pressed = await scene.slack.click(ADA.user, 'Sign in');
    expect(pressed).toMatchObject({
      url: `https://curfew.example/sign-in/begin?offer=${made.length}`,
    });
  },
);

test('where a role demands it, Approve and Approve for less lead to a page, and nothing is voted', async () => {
  const { message } = await scene.cardInChannel();
  const before = scene.desk.effects.length;
  const approved = await scene.slack.click(DENIZ.user, 'Approve', { message });
  expect(approved.modal?.text).toContain('for all of it');
  await scene.slack.click(DENIZ.user, 'Approve for less…', { message });
  await scene.slack.submit(DENIZ.user, { Duration: '20m', Note: 'enough' });
  const less = await scene.slack.click(DENIZ.user, 'Go there', { where: 'modal' });
  expect(less.url).toBe('https://curfew.example/for/20/enough');
  expect(scene.desk.effects.length).toBe(before);
});

test('where a role demands it, Confirm leads to a page, and nothing is connected', async () => {
  const { requestId, grantId, at, message } = await scene.grantInDirectMessage({ requester: BEN });
  const { receiver } = await newReceiverKeys();
  await scene.desk.offerConnection({
    grantId,
    codeHash: 'hash',
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    by: BEN,
    shownIn: 'V1',
  });
  const bound = await scene.desk.bind({ grantId, codeHash: 'hash', receiver, proof: 'proof' });
  const words = bound.outcome === 'done' ? bound.words : '';
  await scene.messenger.repaintNotice(at, anActiveNotice({ requestId, grantId }, words));
  const before = scene.desk.effects.length;
  await scene.slack.click(BEN.user, 'Confirm', { message });
  expect(await scene.isTold(BEN, 'Sign in first')).toBe(true);
  const { url } = await scene.slack.click(BEN.user, 'Go on');
  expect(decodeURIComponent(url ?? '')).toBe(`https://curfew.example/words/${words}`);
  expect([scene.desk.confirmed, scene.desk.effects.length]).toEqual([[], before]);
});

test('where a role demands it, the form of a break-glass leads to a page, and nothing is asked for', async () => {
  const asked = scene.desk.said.requests.length;
  await scene.slack.command(BEN.user, '/request-access', '--break-glass prod-admin 45m stuck');
  await scene.slack.submit(BEN.user, {});
  const { url } = await scene.slack.click(BEN.user, 'Go on', { where: 'modal' });
  expect(url).toMatch(/^https:\/\/curfew\.example\/glass\/r-[a-z2-7]{16}\/stuck$/);
  expect(scene.desk.said.requests).toHaveLength(asked);
  await scene.slack.command(CARLA.user, '/request-access', '--break-glass prod-admin 45m stuck');
  await scene.slack.submit(CARLA.user, {});
  expect(scene.desk.said.requests).toHaveLength(asked + 1);
});

test('a button does nothing but show the way', async () => {
  await scene.cardInChannel();
  const before = scene.desk.effects.length;
  const { modal } = await scene.slack.click(ADA.user, 'Approve', { where: 'messages' });
  expect(modal?.text).toContain('Who are you?');
  expect(scene.desk.effects.length).toBe(before);
});
