import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, aTask, DENIZ, type Scene, startScene } from '../support/bot-scene';
import { eventually } from '../support/eventually';
import { temporaryFolder } from '../support/temporary-folder';

describe.each(['socket', 'http'] as const)('break-glass, over %s', (transport) => {
  const folder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(transport, folder);
  });
  afterAll(() => scene.stop());
  const reviewsOf = (request: string) =>
    scene.desk.said.breakGlassReviews.filter(({ statement }) => statement.requestId === request);

  test('in one line fills the form in, and one press makes a signed request of it', async () => {
    const line = '--break-glass prod-admin 45m failover is stuck';
    const { modal } = await scene.slack.command(ADA.user, '/request-access', line);
    expect(modal?.text).toContain('everybody is told at once');
    const { closed } = await scene.slack.submit(ADA.user, {});
    expect(closed).toBe(true);
    expect(scene.desk.said.requests.at(-1)?.request).toMatchObject({
      requester: ADA,
      role: 'prod-admin',
      durationMinutes: 45,
      reason: 'failover is stuck',
      breakGlass: true,
    });
  });

  test('is a box in the form; without a tick it is an ordinary request', async () => {
    const fields = { Role: 'prod-admin', Duration: '1h', Reason: 'failover is stuck' };
    await scene.slack.command(ADA.user, '/request-access');
    await scene.slack.submit(ADA.user, fields);
    expect(scene.desk.said.requests.at(-1)?.request.breakGlass).toBeUndefined();
    await scene.slack.command(ADA.user, '/request-access');
    await scene.slack.submit(ADA.user, { ...fields, 'Break-glass': 'yes' });
    expect(scene.desk.said.requests.at(-1)?.request.breakGlass).toBe(true);
  });

  test.each([
    ['staging-admin', '30m', 'Break-glass', 'staging-admin is not to be had by break-glass'],
    ['prod-admin', '2h', 'Duration', 'The longest for prod-admin by break-glass is 1 h.'],
  ])(
    'of %s for %s is wrong under its field, and nothing is lost',
    async (role, duration, field, why) => {
      await scene.slack.command(ADA.user, '/request-access');
      const wrong = await scene.slack.submit(ADA.user, {
        Role: role,
        Duration: duration,
        Reason: 'failover is stuck',
        'Break-glass': 'yes',
      });
      expect(wrong).toMatchObject({
        closed: false,
        errors: { [field]: expect.stringContaining(why) },
      });
    },
  );

  test('Justified is signed for this break-glass, and once however often it is delivered', async () => {
    const { requestId, message } = await scene.taskInChannel();
    scene.slack.faults.order({ target: 'slack', operation: 'block_actions', kind: 'duplicate' });
    await scene.slack.click(DENIZ.user, 'Justified', { message });
    await eventually(() => expect(reviewsOf(requestId)).toHaveLength(1));
    expect(reviewsOf(requestId)[0]?.statement).toEqual({
      kind: 'breakGlassReview',
      requestId,
      by: DENIZ,
      verdict: 'justified',
      note: '',
      at: expect.any(String),
    });
  });

  test('Not justified needs a note', async () => {
    const { requestId, message } = await scene.taskInChannel();
    await scene.slack.click(DENIZ.user, 'Not justified', { message });
    const blank = await scene.slack.submit(DENIZ.user, { Reason: ' \u200b' });
    expect(blank).toMatchObject({ closed: false, errors: { Reason: expect.any(String) } });
    expect(reviewsOf(requestId)).toEqual([]);
    const given = await scene.slack.submit(DENIZ.user, { Reason: 'there is a runbook' });
    expect(given.closed).toBe(true);
    expect(reviewsOf(requestId)[0]?.statement).toMatchObject({
      verdict: 'not-justified',
      note: 'there is a runbook',
    });
  });

  test('whoever broke the glass is refused, alone, and on record', async () => {
    const { requestId, message } = await scene.taskInChannel();
    await scene.slack.click(ADA.user, 'Justified', { message });
    expect(await scene.isTold(ADA, 'You broke the glass yourself.')).toBe(true);
    await scene.isOnRecord({ requestId, data: { what: 'justified' } });
  });

  test('once answered, the task has no buttons', async () => {
    const { requestId, grantId, at } = await scene.taskInChannel();
    const outcome = { by: DENIZ, verdict: 'justified' as const, at: new Date().toISOString() };
    await scene.messenger.repaintTask(at, aTask({ requestId, grantId }, { outcome }));
    const shown = (await scene.slack.messages(DENIZ.user)).find(({ ts }) => ts === at.ts);
    expect(shown?.buttons).toEqual([]);
    expect(shown?.text).toContain('Found justified by');
  });
});
