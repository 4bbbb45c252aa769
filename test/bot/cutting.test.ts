import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readRevoke } from '../../bot/commands/revoke-words';
import { workloadUser } from '../../access/workload';
import { ADA, aGrant, BEN, CARLA, type Scene, startScene } from '../support/bot-scene';
import { temporaryFolder } from '../support/temporary-folder';

describe('the words after /revoke', () => {
  const read = (text: string) =>
    readRevoke(text, CARLA, ['prod-admin', 'dev-readonly'], async (role) => role === 'gone-role');
  const person = { of: 'person', person: ADA };

  test.each([
    ['', { kind: 'form' }],
    [`<@${ADA.user}|ada> laptop stolen`, { kind: 'cut', what: person, reason: 'laptop stolen' }],
    [`<@${ADA.user}>`, { kind: 'cut', what: person, reason: '' }],
    [
      'role prod-admin keys &amp; tokens &lt;leaked&gt;',
      {
        kind: 'cut',
        what: { of: 'role', role: 'prod-admin' },
        reason: 'keys & tokens <leaked>',
      },
    ],
    ['role gone-role late', { kind: 'cut', what: { of: 'role', role: 'gone-role' } }],
    ['--all incident 7', { kind: 'cut', what: { of: 'all' }, reason: 'incident 7' }],
    ['—all', { kind: 'cut', what: { of: 'all' }, reason: '' }],
    [
      `--all as <@${BEN.user}|ben> says in <https://x.example/1|x.example>`,
      { kind: 'cut', what: { of: 'all' }, reason: 'as @ben says in https://x.example/1' },
    ],
    ['--allow', { kind: 'problem' }],
    [
      'role prod-admn',
      { problem: expect.stringContaining('Did you mean /revoke role prod-admin?') },
    ],
    ['role', { problem: expect.stringContaining('There are prod-admin, dev-readonly') }],
    [
      'prod-admin now',
      { problem: expect.stringContaining('Did you mean /revoke role prod-admin?') },
    ],
    ['@zoe gone', { problem: expect.stringContaining('Slack knows nobody called “@zoe”') }],
    ['everything', { problem: expect.stringContaining('/revoke @person') }],
  ])('%j', async (text, expected) => {
    expect(await read(text)).toMatchObject(expected);
  });
});

describe.each(['socket', 'http'] as const)('revoking many at once, over %s', (transport) => {
  const folder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(transport, folder);
    scene.desk.put(aGrant(scene.newIds()));
    scene.desk.put(aGrant(scene.newIds(), { state: 'waiting' }));
    scene.desk.put(
      aGrant(scene.newIds(), { requester: BEN, requesterName: 'Ben', role: 'dev-readonly' }),
    );
  });
  afterAll(() => scene.stop());
  const type = (words: string) => scene.slack.command(CARLA.user, '/revoke', words);

  test('of a person: the form says how many and where, has the words as reason, and one press signs it', async () => {
    const { modal } = await type('@Ada Engel laptop & keys stolen');
    expect(modal?.text).toContain(`ends 1 live grant and closes 1 open request of <@${ADA.user}>`);
    expect(modal?.text).toContain('Roles: prod-admin (2)');
    scene.slack.faults.order({ target: 'slack', operation: 'view_submission', kind: 'duplicate' });
    const { closed, modal: answer } = await scene.slack.submit(CARLA.user, {});
    expect({ closed, says: answer?.text }).toMatchObject({
      says: expect.stringContaining('It is on its way.'),
    });
    expect(scene.desk.said.cuts.at(-1)).toMatchObject({
      what: { of: 'person', person: ADA },
      by: CARLA,
      reason: 'laptop & keys stolen',
      cutId: expect.stringMatching(/^k-[a-z2-7]{16}$/),
    });
    expect(scene.desk.effects.filter((effect) => effect === 'cut person')).toHaveLength(1);
  });

  test('of a person who answers for machines: the form says which fall with them, and how many', async () => {
    const deploy = workloadUser('deploy-shop');
    const theirs = { requester: deploy, requesterName: 'deploy-shop', role: 'shop-deploy' };
    scene.desk.putAnswering(BEN, 'deploy-shop');
    scene.desk.put(aGrant(scene.newIds(), theirs));
    scene.desk.put(aGrant(scene.newIds(), { ...theirs, state: 'waiting' }));
    const { modal } = await type('@Ben Okafor account taken over');
    expect(modal?.text).toContain(
      `ends 2 live grants and closes 1 open request of <@${BEN.user}> and of what they answer for: 2 of pipelines and agents`,
    );
    expect(modal?.text).toContain('Pipelines and agents: deploy-shop (2)');
    const all = await type('--all incident 7');
    expect(all.modal?.text).toContain('Pipelines and agents: deploy-shop (2)');
  });

  test('on a role, without a reason: it is asked for, and what was typed is kept', async () => {
    const { modal } = await type('role dev-readonly');
    expect(modal?.text).toContain('ends 1 live grant on dev-readonly');
    expect(modal?.text).toContain(`<@${BEN.user}>`);
    expect(await scene.slack.submit(CARLA.user, {})).toMatchObject({ closed: false });
    await scene.slack.submit(CARLA.user, { Reason: 'leaked' });
    expect(scene.desk.said.cuts.at(-1)).toMatchObject({
      what: { of: 'role', role: 'dev-readonly' },
      reason: 'leaked',
    });
  });

  test('of everybody: it has to be said twice', async () => {
    const before = scene.desk.said.cuts.length;
    await type('--all incident 7');
    expect(await scene.slack.submit(CARLA.user, { 'Really everything?': 'yes' })).toMatchObject({
      closed: false,
      errors: { 'Really everything?': expect.stringContaining('Type everything') },
    });
    expect(scene.desk.said.cuts).toHaveLength(before);
    await scene.slack.submit(CARLA.user, { 'Really everything?': 'Everything' });
    expect(scene.desk.said.cuts.at(-1)).toMatchObject({
      what: { of: 'all' },
      reason: 'incident 7',
    });
  });

  test('what there is not is said at once, with the nearest and with what was typed', async () => {
    await type('role dev-readnly it leaks');
    await scene.isTold(CARLA, 'Did you mean /revoke role dev-readonly?');
    await scene.isTold(CARLA, 'You typed: /revoke role dev-readnly it leaks');
    const { modal } = await type('role staging-admin x');
    expect(modal?.text).toContain('Nothing on staging-admin is live');
  });

  test('the engine is down: the error stands in the form, and the same press later is the same cut', async () => {
    await type('role dev-readonly leaked');
    scene.desk.behave('down');
    expect(await scene.slack.submit(CARLA.user, {})).toMatchObject({ closed: false });
    scene.desk.behave('well');
    await scene.slack.submit(CARLA.user, {});
    expect(scene.desk.said.cuts.at(-1)).toMatchObject({ reason: 'leaked' });
  });
});
