import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, CARLA, type Scene, startScene } from '../support/bot-scene';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let scene: Scene;
/** Ada is linked to nobody yet. */
const made: string[] = [];
beforeAll(async () => {
  scene = await startScene('socket', folder, {
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

test('a button does nothing but show the way', async () => {
  await scene.cardInChannel();
  const before = scene.desk.effects.length;
  const { modal } = await scene.slack.click(ADA.user, 'Approve', { where: 'messages' });
  expect(modal?.text).toContain('Who are you?');
  expect(scene.desk.effects.length).toBe(before);
});
