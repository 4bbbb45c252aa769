import type { App } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn' as const, text });
const button = (text: string, more: object = {}) => ({
  type: 'button' as const,
  action_id: text.toLowerCase().replaceAll(/\W+/g, '-'),
  text: plain(text),
  value: 'r-1',
  ...more,
});

const ROLES = ['dev-readonly', 'prod-admin', 'prod-readonly'];
const option = (role: string) => ({ text: plain(`${role} in shop`), value: role });

/** One field of each kind, so that a page has something to keep. */
export const form = (note?: string): ModalView => ({
  type: 'modal',
  callback_id: 'request',
  title: plain('Request access'),
  submit: plain('Request'),
  close: plain('Close'),
  blocks: [
    ...(note === undefined
      ? []
      : [{ type: 'section' as const, block_id: 'note', text: plain(note) }]),
    field('Role', { type: 'external_select', action_id: 'a', min_query_length: 0 }),
    field('Duration', { type: 'plain_text_input', action_id: 'a' }, true),
    field('Reason', { type: 'plain_text_input', action_id: 'a', multiline: true }),
    field('Risk', {
      type: 'static_select',
      action_id: 'a',
      initial_option: { text: plain('Low'), value: 'low' },
      options: ['Low', 'High'].map((text) => ({ text: plain(text), value: text.toLowerCase() })),
    }),
    field(
      'When',
      {
        type: 'radio_buttons',
        action_id: 'a',
        options: ['Now', 'Later'].map((text) => ({ text: plain(text), value: text })),
      },
      true,
    ),
    { type: 'actions', block_id: 'more', elements: [button('Details')] },
  ],
});

type Input = Extract<KnownBlock, { type: 'input' }>;
const field = (label: string, element: Input['element'], optional = false): Input => ({
  type: 'input',
  block_id: label.toLowerCase(),
  label: plain(label),
  optional,
  element,
});

const cardBlocks = (reason: string, state: string): KnownBlock[] => [
  { type: 'header', text: plain('prod-admin in shop-prod') },
  { type: 'section', text: mrkdwn('<@U0ADA00001> asks for *1 h*') },
  { type: 'section', text: plain(`Why: ${reason}`) },
  { type: 'section', text: mrkdwn(state) },
  ...(state === 'Waiting'
    ? [
        {
          type: 'actions' as const,
          elements: [
            button('Approve', { style: 'primary' }),
            button('Deny', {
              style: 'danger',
              confirm: {
                title: plain('Deny?'),
                text: plain('It is final.'),
                confirm: plain('Deny it'),
                deny: plain('Keep'),
              },
            }),
          ],
        },
      ]
    : []),
];

/** A small app that asks, answers and repaints as Curfew does; `heard` is what reached it. */
export function pagePeer(app: App, heard: string[]): void {
  app.command('/request-access', async ({ ack, body, client, respond }) => {
    await ack();
    if (body.text === 'only me')
      await respond({ response_type: 'ephemeral', text: 'For your eyes only.' });
    else await client.views.open({ trigger_id: body.trigger_id, view: form() });
  });
  app.options('a', async ({ ack, payload }) => {
    await ack({ options: ROLES.filter((role) => role.includes(payload.value)).map(option) });
  });
  app.action('details', async ({ ack, body, client }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    const blocks = [{ type: 'section' as const, text: mrkdwn('*More* about it') }];
    const view: ModalView = { type: 'modal', title: plain('Details'), blocks };
    await client.views.push({ trigger_id: body.trigger_id, view });
  });
  app.view('request', async ({ ack, view, client, body }) => {
    const { values } = view.state;
    const reason = values['reason']?.['a']?.value ?? '';
    const duration = values['duration']?.['a']?.value ?? '';
    const role = values['role']?.['a']?.selected_option?.value ?? '';
    const risk = values['risk']?.['a']?.selected_option?.value ?? '';
    heard.push([role, duration, reason, risk].join(' | '));
    if (duration === 'forever')
      return ack({ response_action: 'errors', errors: { duration: 'Up to 4 h.' } });
    await ack();
    const posted = await client.chat.postMessage({
      channel: '#access-prod',
      text: 'A request',
      blocks: cardBlocks(reason, 'Waiting'),
    });
    await client.chat.postMessage({
      channel: posted.channel ?? '',
      thread_ts: posted.ts ?? '',
      text: 'Reviewers were told.',
    });
    const dm = await client.conversations.open({ users: body.user.id });
    await client.chat.postMessage({ channel: dm.channel?.id ?? '', text: 'With reviewers.' });
    return undefined;
  });
  for (const [action, state] of [
    ['approve', 'Approved by <@U0CARLA003>'],
    ['deny', 'Denied'],
  ] as const) {
    app.action(action, async ({ ack, body, client }) => {
      await ack();
      if (body.type !== 'block_actions' || !body.channel || !body.message) return;
      heard.push(`${action} by ${body.user.id}`);
      await client.chat.update({
        channel: body.channel.id,
        ts: body.message.ts,
        text: state,
        blocks: cardBlocks('as before', state),
      });
    });
  }
  app.event('app_home_opened', async ({ event, client }) => {
    const blocks = [{ type: 'header' as const, text: plain('Your access') }];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
}
