import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { PageState } from '../../sandbox/slack/page-wire';
import type { ShownView } from '../../sandbox/slack/wire';
import { eventually } from '../support/eventually';
import { startBolt, type Slack } from '../support/slack-stand-in';

const ROLES = ['dev-readonly', 'prod-admin', 'prod-readonly'];
const option = (role: string) => ({
  text: { type: 'plain_text' as const, text: `${role} in shop` },
  value: role,
});

const form = (note: string): ModalView => ({
  type: 'modal',
  callback_id: 'request',
  notify_on_close: true,
  title: { type: 'plain_text', text: 'Request access' },
  submit: { type: 'plain_text', text: 'Request' },
  blocks: [
    { type: 'section', text: { type: 'mrkdwn', text: note } },
    {
      type: 'input',
      block_id: 'role',
      label: { type: 'plain_text', text: 'Role' },
      element: { type: 'external_select', action_id: 'role', min_query_length: 0 },
    },
    {
      type: 'input',
      block_id: 'reason',
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'reason', max_length: 500 },
    },
    {
      type: 'actions',
      block_id: 'more',
      elements: [
        { type: 'button', action_id: 'help', text: { type: 'plain_text', text: 'Help…' } },
      ],
    },
  ],
});

const card = (state: string, buttons: boolean) => ({
  text: `Request is ${state}`,
  blocks: [
    { type: 'section' as const, text: { type: 'mrkdwn' as const, text: `Request is ${state}` } },
    ...(buttons
      ? [
          {
            type: 'actions' as const,
            elements: [
              {
                type: 'button' as const,
                action_id: 'approve',
                value: 'r-1',
                text: { type: 'plain_text' as const, text: 'Approve' },
              },
              {
                type: 'button' as const,
                action_id: 'open',
                url: 'https://aws.example/console',
                text: { type: 'plain_text' as const, text: 'Open console' },
              },
            ],
          },
        ]
      : []),
  ],
});

/** A small app that does what Curfew does, in the same order. */
function access(app: App, heard: string[]): void {
  app.command('/request-access', async ({ ack, body, client, respond }) => {
    await ack(body.text === 'usage' ? 'Type a role.' : undefined);
    if (body.text === 'respond') await respond('Later.');
    if (body.text === '')
      await client.views.open({ trigger_id: body.trigger_id, view: form('Which?') });
  });
  app.options('role', async ({ ack, payload }) => {
    await ack({ options: ROLES.filter((role) => role.includes(payload.value)).map(option) });
  });
  app.view('request', async ({ ack, view, client, body }) => {
    const reason = view.state.values.reason?.reason?.value ?? '';
    const role = view.state.values.role?.role?.selected_option?.value ?? '';
    heard.push(`submitted ${role}: ${reason}`);
    if (reason === 'because')
      return ack({ response_action: 'errors', errors: { reason: 'Say more.' } });
    await ack();
    const dm = await client.conversations.open({ users: body.user.id });
    await client.chat.postMessage({
      channel: '#access-requests',
      ...card('open', true),
      metadata: { event_type: 'card', event_payload: { requestId: 'r-1', role } },
    });
    await client.chat.postMessage({ channel: dm.channel?.id ?? '', text: 'With reviewers.' });
    return undefined;
  });
  app.view({ callback_id: 'request', type: 'view_closed' }, async ({ ack }) => {
    heard.push('closed');
    await ack();
  });
  app.action('approve', async ({ ack, body, action, client }) => {
    heard.push(`approved ${action.type === 'button' ? action.value : '?'} by ${body.user.id}`);
    await ack();
    if (body.type !== 'block_actions' || !body.channel || !body.message) return;
    await client.chat.update({
      channel: body.channel.id,
      ts: body.message.ts,
      ...card('approved', false),
    });
  });
  app.action('open', async ({ ack }) => ack());
  app.action('help', async ({ ack, body, client }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    await client.views.push({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        title: { type: 'plain_text', text: 'Help' },
        blocks: [{ type: 'divider' }],
      },
    });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: card('listed', true).blocks },
    });
  });
}

describe.each(['socket', 'http'] as const)('a Bolt app over %s', (transport) => {
  const heard: string[] = [];
  let slack: Slack;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ slack, close } = await startBolt(transport, (app) => access(app, heard)));
  });
  afterAll(() => close());
  afterEach(() => {
    heard.length = 0;
    slack.faults.clear();
  });

  const topModal = async (user: string): Promise<ShownView | undefined> =>
    (await slack.get<PageState>(`/sandbox/page/state?user=${user}`)).modals.at(-1);

  /** Types the command and waits for its modal, which a busy machine may open after the control has answered. */
  async function opened(user: string): Promise<ShownView> {
    const before = (await topModal(user))?.id;
    await slack.command(user, '/request-access');
    return eventually(async () => {
      const modal = await topModal(user);
      if (modal === undefined || modal.id === before) throw new Error('no new modal yet');
      return modal;
    });
  }

  const homeOf = (user: string): Promise<string[]> =>
    eventually(async () => {
      const home = await slack.get<ShownView>(`/sandbox/slack/home?user=${user}`);
      if (home.buttons.length === 0) throw new Error('not published yet');
      return home.buttons;
    });

  test('a command opens a modal with its fields and buttons', async () => {
    const modal = await opened('ada');
    expect(modal).toMatchObject({ title: { text: 'Request access' }, buttons: ['Help…'] });
    expect(modal.fields.map(({ label }) => label)).toEqual(['Role', 'Reason']);
  });

  test('errors keep the modal and what was typed; a good submission closes it and posts', async () => {
    await opened('ada');
    const bad = await slack.submit('ada', { Role: 'prod-admin in shop', Reason: 'because' });
    expect(bad).toMatchObject({ closed: false, errors: { Reason: 'Say more.' } });
    expect(bad.modal?.fields.map(({ value }) => value)).toEqual(['prod-admin in shop', 'because']);

    const good = await slack.submit('ada', { reason: 'a failover is stuck' });
    expect(good).toMatchObject({ closed: true });
    expect(good).not.toHaveProperty('errors');
    expect(good).not.toHaveProperty('modal');
    expect(heard).toEqual([
      'submitted prod-admin: because',
      'submitted prod-admin: a failover is stuck',
    ]);
    await eventually(async () =>
      expect((await slack.messages('Ada Engel')).at(-1)).toMatchObject({
        channelName: 'dm',
        text: 'With reviewers.',
      }),
    );
    expect((await slack.messages('carla', 'access-requests')).at(-1)).toMatchObject({
      buttons: ['Approve', 'Open console'],
      metadata: { requestId: 'r-1', role: 'prod-admin' },
    });
    expect((await slack.messages('ben')).filter(({ channelName }) => channelName === 'dm')).toEqual(
      [],
    );
  });

  test.each([
    ['none', 'root'],
    ['several', 'prod'],
  ])(
    'a typeahead text with %s of the options is an error, and nothing is sent',
    async (_, text) => {
      await opened('ada');
      const submitted = await slack.submit('ada', { Role: text, Reason: 'x' });
      expect(submitted).toMatchObject({ status: 422, closed: false });
      expect(submitted.errors?.Role).toContain(text);
      expect(heard).toEqual([]);
    },
  );

  test('a required field left empty never reaches the app', async () => {
    await opened('ada');
    const submitted = await slack.submit('ada', { Role: 'prod-admin in shop' });
    expect(submitted.errors).toEqual({ Reason: 'Please complete this required field.' });
    expect(heard).toEqual([]);
  });

  test('a click updates the message for everyone; a replay sends the button that is gone', async () => {
    await opened('ada');
    await slack.submit('ada', { Role: 'prod-admin in shop', Reason: 'stuck' });
    const message = await eventually(async () => {
      const [card] = (await slack.messages('carla', 'access-requests')).slice(-1);
      if (card?.edited !== false) throw new Error('no new card yet');
      return card.ts;
    });
    const here = { where: 'messages', message };
    expect((await slack.click('carla', 'Approve', here)).ack).toBe(true);
    await eventually(async () =>
      expect((await slack.messages('ben', 'access-requests')).at(-1)).toMatchObject({
        text: 'Request is approved',
        buttons: [],
        edited: true,
        metadata: { requestId: 'r-1' },
      }),
    );
    expect(await slack.click('deniz', 'Approve', here)).toMatchObject({ status: 404 });
    await slack.click('deniz', 'Approve', { ...here, replay: true, value: 'r-forged' });
    expect(heard.slice(-2)).toEqual([
      'approved r-1 by U0CARLA003',
      'approved r-forged by U0DENIZ004',
    ]);
  });

  test('a link button tells its address, and the app hears of it', async () => {
    await homeOf('ben');
    const acted = await slack.click('ben', 'open console', { where: 'home' });
    expect(acted).toMatchObject({ ack: true, url: 'https://aws.example/console' });
  });

  test('a button in a modal pushes another; closing it tells the app', async () => {
    await opened('emil');
    await slack.click('emil', 'Help');
    await eventually(async () => expect((await topModal('emil'))?.title?.text).toBe('Help'));
    await slack.post('/sandbox/page/close', { user: 'emil' });
    await slack.post('/sandbox/page/close', { user: 'emil' });
    expect(heard).toEqual(['closed']);
    expect((await slack.post('/sandbox/page/close', { user: 'emil' })).status).toBe(409);
  });

  test('an answer in the ack and one through the response URL are seen by that person only', async () => {
    expect((await slack.command('ada', '/request-access', 'usage')).messages.at(-1)).toMatchObject({
      text: 'Type a role.',
      ephemeral: true,
      channelName: 'general',
    });
    await slack.command('ada', '/request-access', 'respond');
    await eventually(async () =>
      expect((await slack.messages('ada', 'general')).at(-1)?.text).toBe('Later.'),
    );
    expect(await slack.messages('ben', 'general')).toEqual([]);
  });

  test('a duplicate delivery reaches the app twice, with the same trigger', async () => {
    await opened('ada');
    slack.faults.order({ target: 'slack', operation: 'view_submission', kind: 'duplicate' });
    await slack.submit('ada', { Role: 'dev-readonly in shop', Reason: 'twice' });
    expect(heard).toEqual(['submitted dev-readonly: twice', 'submitted dev-readonly: twice']);
  });

  test('opening the Home tab lets the app publish it', async () => {
    expect(await homeOf('deniz')).toEqual(['Approve', 'Open console']);
  });

  test('a command that no manifest declares is none', async () => {
    const acted = await slack.command('ada', '/nonsense');
    expect(acted).toMatchObject({ ack: false, error: 'invalid_command' });
    expect(acted.messages.at(-1)?.text).toContain('/request-access');
  });
});

test.each(['socket', 'http'] as const)(
  'no ack in time over %s: the person is told, and the app may have heard',
  async (transport) => {
    const heard: string[] = [];
    const tooLong = Promise.withResolvers<void>();
    const acked = Promise.withResolvers<void>();
    const { slack, close } = await startBolt(
      transport,
      (app) =>
        app.command('/request-access', async ({ ack, body }) => {
          heard.push(body.text);
          await tooLong.promise;
          await ack();
          acked.resolve();
        }),
      { timing: { ackMs: 200 } },
    );
    const acted = await slack.command('gus', '/request-access', 'late');
    expect(acted).toMatchObject({ ack: false, error: 'operation_timeout' });
    expect(acted.messages.at(-1)?.text).toContain('operation_timeout');
    expect(heard).toEqual(['late']);
    tooLong.resolve();
    await acked.promise;
    await close();
  },
);
