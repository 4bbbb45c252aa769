import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, aGrant, BEN, type Scene, startScene } from '../support/bot-scene';
import { temporaryFolder } from '../support/temporary-folder';

describe.each(['socket', 'http'] as const)('Request again, over %s', (transport) => {
  const folder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(transport, folder);
  });
  afterAll(() => scene.stop());

  /** What they were told in the end, and what the engine knows of it. */
  async function told(known: object | 'nothing' = {}): Promise<{ requestId: string; ts: string }> {
    const ids = scene.newIds();
    if (known !== 'nothing') {
      const ticket = 'FIN-7';
      const asked = { role: 'prod-billing', durationMinutes: 90, reason: 'month end', ticket };
      scene.desk.put(aGrant(ids, { state: 'expired', requester: ADA, ...asked, ...known }));
    }
    const { requestId } = ids;
    const role = { id: 'prod-billing', title: 'Billing' };
    const account = { id: '222222222222', name: 'shop-prod', env: 'prod' };
    const { ts } = await scene.messenger.tell(ADA, {
      kind: 'expired',
      requestId,
      role,
      account,
      rule: '1 of payments-owners',
    });
    return { requestId, ts };
  }

  test('opens the form as it was filled in, and one press is a request of its own', async () => {
    const { requestId, ts } = await told();
    await scene.slack.click(ADA.user, 'Request again', { message: ts });
    expect((await scene.slack.submit(ADA.user, {})).closed).toBe(true);
    const asked = scene.desk.said.requests.at(-1)?.request;
    expect(asked).toMatchObject({
      requester: ADA,
      role: 'prod-billing',
      durationMinutes: 90,
      reason: 'month end',
      ticket: 'FIN-7',
    });
    expect(asked?.requestId).not.toBe(requestId);
  });

  test('never ticks break-glass', async () => {
    const { ts } = await told({ role: 'prod-admin', durationMinutes: 30, breakGlass: true });
    await scene.slack.click(ADA.user, 'Request again', { message: ts });
    expect((await scene.slack.submit(ADA.user, {})).closed).toBe(true);
    expect(scene.desk.said.requests.at(-1)?.request).not.toHaveProperty('breakGlass');
  });

  test('of what nobody remembers opens the empty form, and says so', async () => {
    const { ts } = await told('nothing');
    const { modal } = await scene.slack.click(ADA.user, 'Request again', { message: ts });
    expect(modal?.text).toContain('is not kept any more');
    expect(modal?.fields.find(({ label }) => label === 'Reason')?.value).toBeUndefined();
  });

  test('of somebody else’s is refused, and on record', async () => {
    const { requestId, ts } = await told({ requester: BEN });
    await scene.slack.click(ADA.user, 'Request again', { message: ts });
    expect(await scene.isTold(ADA, 'Only whoever asked can ask again with this.')).toBe(true);
    await scene.isOnRecord({ requestId, data: { what: 'again' } });
  });
});
