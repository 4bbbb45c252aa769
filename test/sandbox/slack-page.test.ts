import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Deliveries, PageState } from '../../sandbox/slack/page-wire';
import { startBolt, type Slack } from '../support/slack-stand-in';

let slack: Slack;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ slack, close } = await startBolt('socket', (app) => {
    // Acked at the end, so that the modal is open when the control answers.
    app.command('/request-access', async ({ ack, body, client }) => {
      await client.views.open({
        trigger_id: body.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'code',
          title: { type: 'plain_text', text: 'Connect' },
          submit: { type: 'plain_text', text: 'Done' },
          blocks: [
            { type: 'section', text: { type: 'plain_text', text: 'g-secret-code' } },
            {
              type: 'input',
              block_id: 'when',
              label: { type: 'plain_text', text: 'When' },
              element: { type: 'timepicker', action_id: 'when' },
            },
            {
              type: 'input',
              block_id: 'who',
              optional: true,
              label: { type: 'plain_text', text: 'Who' },
              element: { type: 'external_select', action_id: 'who', min_query_length: 2 },
            },
          ],
        },
      });
      await ack();
    });
    app.options('who', async ({ ack, payload }) => {
      await ack({
        option_groups: [
          {
            label: { type: 'plain_text', text: 'People' },
            options: [{ text: { type: 'plain_text', text: payload.value }, value: 'v' }],
          },
        ],
      });
    });
    app.view('code', async ({ ack, view }) => {
      await ack({
        response_action: 'update',
        view: {
          type: 'modal',
          title: { type: 'plain_text', text: view.state.values.when?.when?.selected_time ?? '?' },
          blocks: [{ type: 'divider' }],
        },
      });
    });
  }));
});
afterAll(() => close());

const state = (user: string): Promise<PageState> => slack.get(`/sandbox/page/state?user=${user}`);

describe('the page', () => {
  test('shows one person’s channels, their conversation with the app, and who else there is', async () => {
    const { channels, people, me, banner, app, commands } = await state('ada');
    expect(channels.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'channel general',
      'channel access-requests',
      'channel access-prod',
      'channel oncall',
      'channel security',
      'dm Curfew',
    ]);
    expect(people[0]).toMatchObject({ id: me, name: 'Ada Engel', active: true });
    expect(people.some(({ active }) => !active)).toBe(true);
    expect(banner).toContain('not Slack');
    expect(app).toMatchObject({ transport: 'socket', connected: true });
    expect(commands.map(({ command }) => command)).toEqual(['/request-access']);
  });

  test('without a person it is the first one’s', async () => {
    expect((await slack.get<PageState>('/sandbox/page/state')).me).toBe('U0ADA00001');
  });

  test('counts what is unread until it is read', async () => {
    await slack.post('/sandbox/page/post', { user: 'ada', channel: 'oncall', text: 'hello' });
    const unread = async (user: string) =>
      (await state(user)).channels.find(({ name }) => name === 'oncall')?.unread;
    expect(await unread('ada')).toBe(0);
    expect(await unread('ben')).toBe(1);
    await slack.post('/sandbox/page/read', { user: 'ben', channel: 'oncall' });
    expect(await unread('ben')).toBe(0);
  });

  test('sends raw state, gets typeahead options and sees the modal change', async () => {
    const { modal } = await slack.command('carla', 'request-access');
    const place = { user: 'carla', viewId: modal?.id, blockId: 'who', actionId: 'who' };
    expect(await slack.post('/sandbox/page/options', { ...place, value: 'x' })).toEqual({
      options: [],
    });
    expect(await slack.post('/sandbox/page/options', { ...place, value: 'de' })).toMatchObject({
      option_groups: [{ options: [{ text: { text: 'de' } }] }],
    });
    expect(
      await slack.post('/sandbox/page/options', { ...place, user: 'ada', value: 'de' }),
    ).toMatchObject({ status: 404 });
    const submitted = await slack.post('/sandbox/slack/submit', {
      user: 'carla',
      state: { when: { when: { type: 'timepicker', selected_time: '09:30' } } },
    });
    expect(submitted).toMatchObject({ closed: false, modal: { title: { text: '09:30' } } });
    expect((await state('carla')).modals).toHaveLength(1);
    await slack.post('/sandbox/page/close', { user: 'carla', clear: true });
    expect((await state('carla')).modals).toEqual([]);
  });

  test('its pane of deliveries holds no secret and nothing that stands in a modal', async () => {
    await slack.command('gus', '/request-access');
    await slack.submit('gus', { When: '10:00' });
    const pane = await slack.get<Deliveries>('/sandbox/page/deliveries');
    expect(pane.deliveries[0]).toMatchObject({
      kind: 'view_submission',
      subject: 'code',
      user: 'U0GUS00007',
      outcome: 'acked',
    });
    expect(pane.calls[0]).toMatchObject({ method: 'views.open', status: 200, ok: true });
    expect(JSON.stringify(pane)).not.toMatch(
      /g-secret-code|xoxb|xapp|\d{10}\.\d{10}\.[0-9a-f]{32}/,
    );
  });

  test('is told at once when something changes', async () => {
    const stop = new AbortController();
    const response = await fetch(`${slack.url}/sandbox/page/events?user=ben`, {
      signal: stop.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => (await reader?.read())?.value;
    expect(await next()).toBe('event: changed\ndata: {}\n\n');
    await slack.post('/sandbox/page/post', { user: 'ada', channel: 'general', text: 'news' });
    expect(await next()).toBe('event: changed\ndata: {}\n\n');
    stop.abort();
  });
});

describe('a control says what is wrong', () => {
  test.each<[string, string, object, number, RegExp]>([
    ['nobody of that name', 'slack/command', { user: 'zoe', command: 'x' }, 404, /Ada Engel/],
    [
      'no channel of that name',
      'slack/command',
      { user: 'ada', command: 'x', channel: 'x' },
      404,
      /#general/,
    ],
    ['no such button', 'slack/click', { user: 'ada', button: 'Explode' }, 404, /Explode/],
    ['no modal open', 'slack/submit', { user: 'emil' }, 409, /no modal/],
    ['a field misspelt', 'slack/submit', { user: 'emil', valeus: {} }, 400, /valeus/],
  ])('%s', async (_, path, body, status, error) => {
    const answer = await slack.post(`/sandbox/${path}`, body);
    expect(answer.status).toBe(status);
    expect(answer.error).toMatch(error);
  });

  test('nobody looks into somebody else’s conversation with the app', async () => {
    const { channels } = await state('ben');
    const dm = channels.at(-1)?.id ?? '';
    expect(await slack.messages('ada', dm)).toEqual({ error: `Ada Engel is not in ${dm}.` });
    expect(await slack.messages('ben', dm)).toEqual([]);
  });

  test('a field that the modal does not have', async () => {
    await slack.command('deniz', '/request-access');
    const answer = await slack.submit('deniz', { Budget: '1' });
    expect(answer).toMatchObject({ status: 422, closed: false });
    expect(answer.error).toContain('When, Who');
  });
});
