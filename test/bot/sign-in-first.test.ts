import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, CARLA, DENIZ, type Scene, startScene } from '../support/bot-scene';
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

test('a button does nothing but show the way', async () => {
  await scene.cardInChannel();
  const before = scene.desk.effects.length;
  const { modal } = await scene.slack.click(ADA.user, 'Approve', { where: 'messages' });
  expect(modal?.text).toContain('Who are you?');
  expect(scene.desk.effects.length).toBe(before);
});
