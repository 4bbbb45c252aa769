import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readAccess } from '../../bot/commands/access-words';
import { ADA, BEN, CARLA, startScene, type Scene } from '../support/bot-scene';
import { temporaryFolder } from '../support/temporary-folder';

describe('the words after /access', () => {
  const now = new Date('2026-11-24T12:30:00.000Z');
  const speaker = {
    by: CARLA,
    now,
    timezone: 'Europe/Berlin',
    delegation: { longestMinutes: 7 * 1440 },
  };
  const read = (text: string, more: Partial<typeof speaker> = {}) =>
    readAccess(text, { ...speaker, ...more });
  const ben = `<@${BEN.user}|ben>`;

  test.each([
    ['', { kind: 'help' }],
    ['help', { kind: 'help' }],
    ['away', { kind: 'own' }],
    ['back', { kind: 'back' }],
    [`away ${ben} until friday`, { kind: 'away', to: BEN, until: new Date('2026-11-27T23:00Z') }],
    [`AWAY ${ben} for 3d`, { kind: 'away', to: BEN, until: new Date('2026-11-27T12:30Z') }],
  ])('%j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ['away until friday', /^Who: nobody is named\. Say \/access away @reviewer until friday/],
    ['away @zoe until friday', /^Who: Slack knows nobody called “@zoe”/],
    [`away <@${CARLA.user}|carla> until friday`, /^Who: you named yourself/],
    [`away ${ben}`, /^Until: Until when\?/],
    [`away ${ben} until whenever`, /^Until: When is “whenever”/],
    [`away ${ben} until 2026-11-20`, /^Until: that is in the past/],
    [`away ${ben} for 8d`, /^Until: that is too far away\. At most 7 days at once; say for 7d/],
    ['back on friday', /takes no more words/],
    ['awya @ben', /Did you mean \/access away\?/],
    ['revoke', /Say \/access help/],
  ])('%j names what is wrong and how to say it', (text, problem) => {
    expect(read(text)).toEqual({ kind: 'problem', problem: expect.stringMatching(problem) });
  });

  test('where the configuration forbids it, that is said', () => {
    const { delegation: _, ...forbidden } = speaker;
    expect(readAccess(`away ${ben} for 1d`, forbidden)).toMatchObject({
      problem: expect.stringContaining('delegation.allowed'),
    });
  });
});

describe.each(['socket', 'http'] as const)('being away, over %s', (transport) => {
  const folder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(transport, folder);
  });
  afterAll(() => scene.stop());
  const type = (words: string, who = CARLA) => scene.slack.command(who.user, '/access', words);

  test('it is signed, once for each time it is typed, and taken back by a word', async () => {
    scene.slack.faults.order({ target: 'slack', operation: 'slash_commands', kind: 'duplicate' });
    await type('away @Ben Okafor for 3d');
    await scene.isTold(CARLA, `<@${BEN.user}> is to answer for you until`);
    expect(scene.desk.said.aways.at(-1)).toMatchObject({
      by: CARLA,
      to: BEN,
      awayId: expect.stringMatching(/^d-[a-z2-7]{16}$/),
    });
    expect(scene.desk.effects.filter((effect) => effect.startsWith('away'))).toHaveLength(1);
    await type('away');
    await scene.isTold(CARLA, `<@${BEN.user}> answers for you until`);
    await type('away', BEN);
    await scene.isTold(BEN, `You answer for <@${CARLA.user}> until`);
    await type('back');
    await scene.isTold(CARLA, 'It is being taken back.');
    const { awayId } = scene.desk.said.aways.at(-1)!;
    expect(scene.desk.said.backs.at(-1)).toMatchObject({ by: CARLA, awayId });
    await type('back');
    await scene.isTold(CARLA, 'You are not away');
  });

  test('what is wrong is said to the speaker alone, with what they typed', async () => {
    await type('away @Ben Okafor until <!channel>', ADA);
    await scene.isTold(ADA, 'You typed: /access away');
    expect(scene.desk.said.aways.some(({ by }) => by.user === ADA.user)).toBe(false);
  });

  test('help says all there is to type', async () => {
    await type('help');
    expect(await scene.isTold(CARLA, '/access back: you are back')).toBe(true);
    expect(await scene.isTold(CARLA, 'at most 30 days')).toBe(true);
  });

  test('the engine is down: it is said, and nothing is promised', async () => {
    scene.desk.behave('down');
    await type('away @Ben Okafor for 1d');
    expect(await scene.isTold(CARLA, 'could not do this just now')).toBe(true);
    scene.desk.behave('well');
  });
});
