import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, DENIZ, type Scene, startScene } from '../support/bot-scene';
import { eventually } from '../support/eventually';
import { temporaryFolder } from '../support/temporary-folder';

describe.each(['socket', 'http'] as const)('what nobody asked for, over %s', (transport) => {
  const folder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(transport, folder);
  });
  afterAll(() => scene.stop());
  const removals = (id: string) =>
    scene.desk.said.removals.filter(({ quarantineId }) => quarantineId === id);

  test('Remove now is signed for this one, and once however often it is delivered', async () => {
    const { quarantineId, message } = await scene.quarantineInChannel();
    scene.slack.faults.order({ target: 'slack', operation: 'block_actions', kind: 'duplicate' });
    await scene.slack.click(DENIZ.user, 'Remove now', { message });
    await eventually(() => expect(removals(quarantineId)).toHaveLength(1));
    expect(removals(quarantineId)).toEqual([
      { kind: 'removal', quarantineId, by: DENIZ, at: expect.any(String) },
    ]);
  });

  test('Keep opens the ordinary form for its holder, with the role filled in; nothing else happens', async () => {
    const { quarantineId, message } = await scene.quarantineInChannel();
    await scene.slack.click(ADA.user, 'Keep', { message });
    const closed = await eventually(async () => {
      const { closed: done } = await scene.slack.submit(ADA.user, { Reason: 'the migration' });
      return done;
    });
    expect(closed).toBe(true);
    const asked = scene.desk.said.requests.at(-1)?.request;
    expect(asked).toMatchObject({ requester: ADA, role: 'prod-admin', reason: 'the migration' });
    expect(removals(quarantineId)).toEqual([]);
  });

  test('Keep pressed by anybody else is refused, alone, and on record', async () => {
    const { message } = await scene.quarantineInChannel();
    const before = scene.desk.said.requests.length;
    await scene.slack.click(DENIZ.user, 'Keep', { message });
    expect(await scene.isTold(DENIZ, 'Only whoever holds this access can ask to keep it')).toBe(
      true,
    );
    await scene.isOnRecord({ data: { what: 'keep' } });
    expect(scene.desk.said.requests).toHaveLength(before);
  });

  test('a button of one that is over, or that nobody knows, does nothing', async () => {
    const { quarantineId, message } = await scene.quarantineInChannel();
    scene.desk.putQuarantine(quarantineId, { role: 'prod-admin', holder: ADA, over: true });
    await scene.slack.click(ADA.user, 'Keep', { message });
    expect(await scene.isTold(ADA, 'This is over')).toBe(true);
  });
});
