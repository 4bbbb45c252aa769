import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requestIdFor } from '../../keys/ids';
import { WORKSPACE } from '../../sandbox/people';
import {
  ADA,
  aGrant,
  aWaitingNotice,
  BEN,
  CARLA,
  type Scene,
  startScene,
} from '../support/bot-scene';
import { eventually } from '../support/eventually';
import { temporaryFolder } from '../support/temporary-folder';

const GOOD = { Role: 'prod-admin', Duration: '1h', Reason: 'failover is stuck' };

describe.each(['socket', 'http'] as const)('somebody who asks, over %s', (transport) => {
  const folder = temporaryFolder();
  const anotherFolder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(transport, folder);
  });
  let stopLater: () => Promise<void> = async () => {};
  afterAll(() => Promise.all([scene.stop(), stopLater()]));
  const opened = () => scene.desk.effects.filter((effect) => effect.startsWith('open')).length;

  test('sees a form at once, with what they typed and what is missing', async () => {
    const { ack, modal } = await scene.slack.command(ADA.user, '/request-access', 'prod-admin 1h');
    expect(ack).toBe(true);
    const labels = modal?.fields.map(({ label }) => label);
    expect(labels).toEqual(['Role', 'Duration', 'Reason', 'Ticket', 'Break-glass']);
    expect(modal?.text).toContain('Say what you are going to do.');
    expect(modal?.fields.find(({ label }) => label === 'Duration')?.value).toBe('1h');
  });

  const LINE = 'prod-admin 1h INC-42 failover is stuck';
  test('asks in one line, with no other step, and once however often it is delivered', async () => {
    const before = opened();
    scene.slack.faults.order({ target: 'slack', operation: 'command', kind: 'duplicate' });
    await scene.slack.command(ADA.user, '/request-access', LINE);
    const said = 'Asked for prod-admin in shop-prod, 1 h, INC-42: failover is stuck.';
    expect(await scene.isTold(ADA, said)).toBe(true);
    expect(scene.desk.said.requests.at(-1)?.request).toMatchObject({
      requester: ADA,
      role: 'prod-admin',
      durationMinutes: 60,
      reason: 'failover is stuck',
      ticket: 'INC-42',
    });
    expect(opened() - before).toBe(1);
  });

  test('asks in two lines for two things', async () => {
    const before = opened();
    await scene.slack.command(ADA.user, '/request-access', LINE);
    await scene.slack.command(ADA.user, '/request-access', LINE);
    await eventually(() => expect(opened() - before).toBe(2));
  });

  test.each([
    ['down', 'You typed: /request-access prod-admin 1h INC-42 failover is stuck'],
    ['pending', 'It may have been asked all the same'],
  ] as const)(
    'in one line, with the engine %s, is told so with what they typed',
    async (how, why) => {
      scene.desk.behave(how);
      await scene.slack.command(BEN.user, '/request-access', LINE);
      expect(await scene.isTold(BEN, why)).toBe(true);
      scene.desk.behave('well');
    },
  );

  test('reads how the command goes', async () => {
    await scene.slack.command(CARLA.user, '/request-access', 'help');
    expect(await scene.isTold(CARLA, '/request-access prod-admin 1h INC-42')).toBe(true);
  });

  test('makes a signed request that is named after the form', async () => {
    const { modal } = await scene.slack.command(ADA.user, '/request-access');
    const { closed } = await scene.slack.submit(ADA.user, { ...GOOD, Ticket: 'INC-42' });
    expect(closed).toBe(true);
    expect(scene.desk.said.requests.at(-1)).toMatchObject({
      kind: 'request',
      request: {
        requestId: requestIdFor(WORKSPACE.id, modal!.id),
        requester: ADA,
        role: 'prod-admin',
        durationMinutes: 60,
        reason: 'failover is stuck',
        ticket: 'INC-42',
      },
    });
  });

  test('reads what is wrong under its field, and loses nothing', async () => {
    await scene.slack.command(ADA.user, '/request-access');
    const reason = '<!channel> *look*';
    const wrong = await scene.slack.submit(ADA.user, { ...GOOD, Duration: '24h', Reason: reason });
    expect(wrong).toMatchObject({
      closed: false,
      errors: { Duration: 'The longest for prod-admin is 2 h.' },
    });
    await scene.isOnRecord({
      actor: `chat:${ADA.workspace}:${ADA.user}`,
      data: { what: 'request_form', because: 'duration: The longest for prod-admin is 2 h.' },
    });
    expect(wrong.modal?.fields.find(({ label }) => label === 'Reason')?.value).toBe(reason);
    expect((await scene.slack.submit(ADA.user, { Duration: '2h' })).closed).toBe(true);
  });

  test('asks once, although the submission is delivered twice', async () => {
    await scene.slack.command(ADA.user, '/request-access');
    const before = opened();
    scene.slack.faults.order({ target: 'slack', operation: 'view_submission', kind: 'duplicate' });
    expect((await scene.slack.submit(ADA.user, GOOD)).closed).toBe(true);
    expect(opened() - before).toBe(1);
  });

  test.each([
    ['down', 'Curfew could not do this just now. Nothing you typed is lost'],
    ['pending', 'The engine did not answer in time.'],
  ] as const)('with the engine %s keeps the form, and then asks once', async (how, sentence) => {
    await scene.slack.command(BEN.user, '/request-access');
    scene.desk.behave(how);
    const kept = await scene.slack.submit(BEN.user, GOOD);
    scene.desk.behave('well');
    expect(kept).toMatchObject({
      closed: false,
      errors: { Role: expect.stringContaining(sentence) },
    });
    const before = opened();
    expect((await scene.slack.submit(BEN.user, {})).closed).toBe(true);
    expect(opened() - before).toBe(1);
  });

  test('hears it when Slack opens no form', async () => {
    scene.slack.faults.order({ target: 'slack', operation: 'views.open', kind: '503' });
    await scene.slack.command(CARLA.user, '/request-access');
    expect(await scene.isTold(CARLA, 'Curfew could not do this just now')).toBe(true);
  });

  test('withdraws with Cancel', async () => {
    const ids = scene.newIds();
    scene.desk.put(aGrant(ids, { state: 'waiting' }));
    const { ts } = await scene.messenger.tell(ADA, aWaitingNotice(ids));
    await scene.slack.click(ADA.user, 'Cancel', { message: ts });
    const { requestId } = ids;
    await eventually(() =>
      expect(scene.desk.said.stops.at(-1)).toMatchObject({ how: 'withdraw', requestId, by: ADA }),
    );
  });

  test('sees their own on the home tab, and can end it there', async () => {
    const ids = scene.newIds();
    scene.desk.put(aGrant(ids, { requester: BEN, role: 'staging-admin' }));
    scene.desk.put(aGrant(scene.newIds(), { requester: ADA, role: 'dev-readonly' }));
    const home = await scene.home(BEN.user);
    expect(home.text).toContain('staging-admin in shop-prod');
    expect(home.text).not.toContain('dev-readonly');
    expect(home.buttons).toEqual(expect.arrayContaining(['Connect', 'End now']));
    await scene.slack.click(BEN.user, 'End now', { where: 'home' });
    await eventually(async () =>
      expect((await scene.home(BEN.user)).text).toContain('Being taken back'),
    );
    expect(scene.desk.said.stops.at(-1)).toMatchObject({ how: 'end', requestId: ids.requestId });
  });

  test('reads on the home tab that the engine is down', async () => {
    scene.desk.behave('down');
    const home = await scene.home(CARLA.user);
    scene.desk.behave('well');
    expect(home.text).toContain('cannot be shown just now');
  });

  test('a stop waits for what is under way', async () => {
    const other = await startScene(transport, anotherFolder);
    stopLater = () => other.stop();
    await other.slack.command(ADA.user, '/request-access');
    other.desk.behave('held');
    const submitted = other.slack.submit(ADA.user, GOOD);
    await eventually(() => expect(other.desk.waiting()).toBe(1));
    const stopped = other.bot.stop();
    other.desk.behave('well');
    expect((await submitted).closed).toBe(true);
    await stopped;
  });
});
