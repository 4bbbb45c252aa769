import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, aGrant, BEN, type Scene, startScene } from '../support/bot-scene';
import { temporaryFolder } from '../support/temporary-folder';

describe.each(['socket', 'http'] as const)('Extend, over %s', (transport) => {
  const folder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(transport, folder);
  });
  afterAll(() => scene.stop());
  const lastRequest = () => scene.desk.said.requests.at(-1)?.request;

  test('is a signed request of its own for the same role, which names the one that it extends', async () => {
    const { requestId, message } = await scene.grantInDirectMessage();
    const { modal } = await scene.slack.click(ADA.user, 'Extend', { message });
    expect(modal?.fields.map(({ label }) => label)).toEqual(['Duration', 'Reason']);
    const sent = await scene.slack.submit(ADA.user, { Duration: '45m', Reason: 'not done yet' });
    expect(sent.closed).toBe(true);
    expect(lastRequest()).toMatchObject({
      requester: ADA,
      role: 'prod-admin',
      durationMinutes: 45,
      reason: 'not done yet',
      extends: requestId,
    });
    expect(lastRequest()?.requestId).not.toBe(requestId);
  });

  test('brings the ticket of the first along, where the role wants one', async () => {
    const { message } = await scene.grantInDirectMessage({ role: 'prod-billing', ticket: 'FIN-7' });
    await scene.slack.click(ADA.user, 'Extend', { message });
    expect((await scene.slack.submit(ADA.user, { Reason: 'month end' })).closed).toBe(true);
    expect(lastRequest()).toMatchObject({ role: 'prod-billing', ticket: 'FIN-7' });
  });

  test.each([
    [
      'too long',
      { Duration: '3h', Reason: 'more' },
      'Duration',
      'The longest for prod-admin is 2 h',
    ],
    ['without a reason', { Reason: ' \u200b' }, 'Reason', 'Say what'],
  ])('%s is wrong under its field', async (_, fields, field, why) => {
    const { message } = await scene.grantInDirectMessage();
    await scene.slack.click(ADA.user, 'Extend', { message });
    const wrong = await scene.slack.submit(ADA.user, fields);
    expect(wrong).toMatchObject({
      closed: false,
      errors: { [field]: expect.stringContaining(why) },
    });
  });

  test.each([
    ['over', { state: 'ended' as const }, 'This access is not live any more'],
    ['somebody else’s', { requester: BEN }, 'Only the person who was given this access'],
  ])('of access that is %s is refused under its field, and on record', async (_, grant, why) => {
    const { requestId, grantId, message } = await scene.grantInDirectMessage();
    await scene.slack.click(ADA.user, 'Extend', { message });
    scene.desk.put(aGrant({ requestId, grantId }, grant));
    const before = scene.desk.said.requests.length;
    const wrong = await scene.slack.submit(ADA.user, { Reason: 'more' });
    expect(wrong).toMatchObject({ errors: { Duration: expect.stringContaining(why) } });
    await scene.isOnRecord({ data: { what: 'extend_form' } });
    expect(scene.desk.said.requests).toHaveLength(before);
  });
});
