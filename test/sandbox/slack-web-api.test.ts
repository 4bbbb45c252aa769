import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { LogLevel, WebClient } from '@slack/web-api';
import { startSlack, TOKENS, type Slack } from '../support/slack-stand-in';

let slack: Slack;
let client: WebClient;
beforeAll(async () => {
  slack = await startSlack();
  client = new WebClient(TOKENS.botToken, {
    slackApiUrl: slack.apiUrl,
    logLevel: LogLevel.ERROR,
    retryConfig: { retries: 0 },
  });
});
afterAll(() => slack.close());
afterEach(() => slack.faults.clear());

/** One call as no typed client would make it. */
async function call(
  method: string,
  args: object,
  token: string | undefined = TOKENS.botToken,
): Promise<{ ok: boolean; error?: string; response_metadata?: { messages?: string[] } }> {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(args),
  });
  return (await response.json()) as { ok: boolean };
}

const section = (text: string) => ({ type: 'section', text: { type: 'plain_text', text } });
const x = (count: number): string => 'x'.repeat(count);
const button = (more: object) => ({
  type: 'button',
  text: { type: 'plain_text', text: 'Approve' },
  ...more,
});
const actions = (...elements: object[]) => ({ type: 'actions', elements });

describe('tokens', () => {
  test.each([
    ['none', '', 'chat.postMessage', 'not_authed'],
    ['a stranger’s', 'xoxb-other', 'chat.postMessage', 'invalid_auth'],
    ['the app-level one', TOKENS.appToken, 'chat.postMessage', 'not_allowed_token_type'],
    ['the bot’s for a socket', TOKENS.botToken, 'apps.connections.open', 'not_allowed_token_type'],
  ])('%s is refused', async (_, token, method, error) => {
    expect(await call(method, { channel: '#general', text: 'x' }, token)).toEqual({
      ok: false,
      error,
    });
    expect(await slack.messages('ada', 'general')).toEqual([]);
  });
});

describe('what a message may not be', () => {
  test.each<[string, object, string, RegExp?]>([
    ['in no channel', { channel: 'C0NOWHERE00', text: 'x' }, 'channel_not_found'],
    ['empty', {}, 'no_text'],
    ['too long', { text: x(40_001) }, 'msg_too_long'],
    ['in no thread', { text: 'x', thread_ts: '1.000001' }, 'thread_not_found'],
    ['of broken JSON', { blocks: '[{' }, 'invalid_blocks_format'],
    ['of one block, not a list', { blocks: { type: 'divider' } }, 'invalid_blocks_format'],
    [
      'of 51 blocks',
      { blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) },
      'invalid_blocks',
      /50 items/,
    ],
    [
      'of a block Slack does not know',
      { blocks: [{ type: 'banner' }] },
      'invalid_blocks',
      /unsupported type/,
    ],
    [
      'a section of 3,001',
      { blocks: [section(x(3001))] },
      'invalid_blocks',
      /3001 characters.*\/blocks\/0\/text\/text/,
    ],
    ['an empty section', { blocks: [{ type: 'section' }] }, 'invalid_blocks', /text or fields/],
    [
      'a header of 151',
      { blocks: [{ type: 'header', text: { type: 'plain_text', text: x(151) } }] },
      'invalid_blocks',
    ],
    [
      'a header in mrkdwn',
      { blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }] },
      'invalid_blocks',
    ],
    [
      'a button of 76',
      { blocks: [actions(button({ text: { type: 'plain_text', text: x(76) } }))] },
      'invalid_blocks',
      /76 characters/,
    ],
    [
      'a button in mrkdwn',
      { blocks: [actions(button({ text: { type: 'mrkdwn', text: 'x' } }))] },
      'invalid_blocks',
    ],
    [
      'a button value of 2,001',
      { blocks: [actions(button({ value: x(2001) }))] },
      'invalid_blocks',
    ],
    [
      '26 buttons in a row',
      { blocks: [actions(...Array.from({ length: 26 }, () => button({})))] },
      'invalid_blocks',
    ],
    [
      'an action_id twice in a block',
      { blocks: [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))] },
      'invalid_blocks',
      /action_id already exists: a/,
    ],
    [
      'a block_id twice',
      {
        blocks: [
          { type: 'divider', block_id: 'b' },
          { type: 'divider', block_id: 'b' },
        ],
      },
      'invalid_blocks',
      /block_id already exists: b/,
    ],
    [
      'a select of 101 options',
      {
        blocks: [
          actions({
            type: 'static_select',
            options: Array.from({ length: 101 }, (_, i) => ({
              text: { type: 'plain_text', text: 'x' },
              value: `${i}`,
            })),
          }),
        ],
      },
      'invalid_blocks',
    ],
    [
      'an option of 76',
      {
        blocks: [
          actions({
            type: 'static_select',
            options: [{ text: { type: 'plain_text', text: x(76) }, value: 'v' }],
          }),
        ],
      },
      'invalid_blocks',
    ],
    [
      'metadata without a type',
      { text: 'x', metadata: { event_payload: {} } },
      'invalid_metadata_format',
    ],
  ])('%s', async (...[, args, error, where]) => {
    const answer = await call('chat.postMessage', { channel: '#general', ...args });
    expect(answer).toMatchObject({ ok: false, error });
    expect(answer.response_metadata?.messages?.join() ?? '').toMatch(where ?? /^/);
    expect(await slack.messages('ada', 'general')).toEqual([]);
  });

  test('for no channel: Slack names the missing field', async () => {
    const answer = await call('chat.postMessage', { text: 'x' });
    expect(answer).toMatchObject({ ok: false, error: 'invalid_arguments' });
    expect(answer.response_metadata?.messages).toEqual([
      '[ERROR] missing required field: channel [json-pointer:/channel]',
    ]);
  });

  test('a message at every limit is fine', async () => {
    const blocks = [
      ...Array.from({ length: 49 }, () => section(x(3000))),
      actions(button({ text: { type: 'plain_text', text: x(75) }, value: x(2000) })),
    ];
    expect(
      await call('chat.postMessage', { channel: '#oncall', text: 'full', blocks }),
    ).toMatchObject({ ok: true });
  });

  test('without text Slack warns: screen readers and notifications have nothing to say', async () => {
    const answer = await call('chat.postMessage', { channel: '#oncall', blocks: [section('x')] });
    expect(answer).toMatchObject({ ok: true, warning: 'missing_text_in_message' });
  });
});

describe('messages', () => {
  test('are found again by their metadata, paged, newest first', async () => {
    for (const n of [1, 2, 3]) {
      await client.chat.postMessage({
        channel: 'access-prod',
        text: `card ${n}`,
        metadata: { event_type: 'card', event_payload: { requestId: `r-${n}` } },
      });
    }
    const { channels = [] } = await client.conversations.list();
    const channel = channels.find(({ name }) => name === 'access-prod')?.id ?? '';
    const first = await client.conversations.history({
      channel,
      limit: 2,
      include_all_metadata: true,
    });
    expect(first.messages?.map(({ metadata }) => metadata?.event_payload)).toEqual([
      { requestId: 'r-3' },
      { requestId: 'r-2' },
    ]);
    const rest = await client.conversations.history({
      channel,
      limit: 2,
      cursor: first.response_metadata?.next_cursor ?? '',
    });
    expect(rest.messages?.map(({ text, metadata }) => [text, metadata])).toEqual([
      ['card 1', undefined],
    ]);
    expect(rest.has_more).toBe(false);
  });

  test('an update keeps the metadata unless it brings its own', async () => {
    const { channel = '', ts = '' } = await client.chat.postMessage({
      channel: '#access-requests',
      text: 'open',
      metadata: { event_type: 'card', event_payload: { requestId: 'r-9' } },
    });
    await client.chat.update({ channel, ts, text: 'approved' });
    expect((await slack.messages('ada', channel)).at(-1)).toMatchObject({
      text: 'approved',
      metadata: { requestId: 'r-9' },
    });
    await call('chat.update', { channel, ts, text: 'approved', metadata: {} });
    expect((await slack.messages('ada', channel)).at(-1)?.metadata).toEqual({});
  });

  test('of others and of nobody cannot be updated', async () => {
    const { ts } = await slack.post<{ ts: string }>('/sandbox/page/post', {
      user: 'ada',
      channel: 'general',
      text: 'hello',
    });
    const [message] = await slack.messages('ben', 'general');
    const channel = message?.channel;
    expect(await call('chat.update', { channel, ts, text: 'x' })).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await call('chat.delete', { channel, ts })).toMatchObject({
      error: 'cant_delete_message',
    });
    expect(await call('chat.update', { channel, ts: '1.000001', text: 'x' })).toMatchObject({
      error: 'message_not_found',
    });
  });

  test('threads hold together', async () => {
    const { channel = '', ts = '' } = await client.chat.postMessage({
      channel: '#oncall',
      text: 'parent',
    });
    await client.chat.postMessage({ channel, thread_ts: ts, text: 'reply' });
    const { messages } = await client.conversations.replies({ channel, ts });
    expect(messages?.map(({ text }) => text)).toEqual(['parent', 'reply']);
    const history = await client.conversations.history({ channel, limit: 1 });
    expect(history.messages?.[0]).toMatchObject({ text: 'parent', reply_count: 1 });
  });

  test('an ephemeral one is seen by one person and never in the history', async () => {
    const { channels = [] } = await client.conversations.list();
    const channel = channels.find(({ name }) => name === 'general')?.id ?? '';
    await client.chat.postEphemeral({ channel, user: 'U0ADA00001', text: 'psst' });
    expect((await slack.messages('ada', 'general')).at(-1)).toMatchObject({
      text: 'psst',
      ephemeral: true,
    });
    expect((await slack.messages('ben', 'general')).map(({ text }) => text)).not.toContain('psst');
    const { messages = [] } = await client.conversations.history({ channel });
    expect(messages.map(({ text }) => text)).not.toContain('psst');
  });
});

describe('people', () => {
  test('are known by id and by address, with what identity needs', async () => {
    const { user } = await client.users.lookupByEmail({ email: 'ADA@curfew.example' });
    expect(user).toMatchObject({
      id: 'U0ADA00001',
      is_bot: false,
      is_restricted: false,
      deleted: false,
      tz: 'Europe/Berlin',
      profile: { email: 'ada@curfew.example' },
    });
    expect(await client.users.info({ user: 'U0ADA00001' })).toMatchObject({
      user: { id: 'U0ADA00001' },
    });
    expect(await call('users.info', { user: 'U0NOBODY00' })).toMatchObject({
      error: 'user_not_found',
    });
    expect(await call('users.lookupByEmail', { email: 'x@y.z' })).toMatchObject({
      error: 'users_not_found',
    });
  });

  test('a conversation with the app is always the same one', async () => {
    const one = await client.conversations.open({ users: 'U0BEN00002' });
    const other = await client.conversations.open({ users: 'U0BEN00002' });
    expect(one.channel?.id).toMatch(/^D/);
    expect(other.channel?.id).toBe(one.channel?.id);
  });
});

describe('faults', () => {
  const post = (text: string) => client.chat.postMessage({ channel: '#general', text });
  const posted = async (text: string): Promise<number> =>
    (await slack.messages('ada', 'general')).filter((message) => message.text === text).length;

  test('429 says when to come back, 503 that nothing was done', async () => {
    slack.faults.order({ target: 'slack', operation: 'chat.postMessage', kind: '429', ms: 7000 });
    const impatient = new WebClient(TOKENS.botToken, {
      slackApiUrl: slack.apiUrl,
      logLevel: LogLevel.ERROR,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
    await expect(
      impatient.chat.postMessage({ channel: '#general', text: 'limited' }),
    ).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 7 });
    slack.faults.order({ target: 'slack', kind: '503' });
    await expect(post('limited')).rejects.toMatchObject({ statusCode: 503 });
    expect(await posted('limited')).toBe(0);
  });

  test('drop after commit: the caller sees a broken connection, the channel the message', async () => {
    slack.faults.order({
      target: 'slack',
      operation: 'chat.postMessage',
      kind: 'drop-after-commit',
    });
    await expect(post('dropped')).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
    expect(await posted('dropped')).toBe(1);
  });

  test('a timeout does nothing and answers nothing', async () => {
    slack.faults.order({ target: 'slack', operation: 'chat.postMessage', kind: 'timeout', ms: 30 });
    await expect(post('timed out')).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
    expect(await posted('timed out')).toBe(0);
  });

  test('every call is on record, with its outcome', async () => {
    slack.faults.order({ target: 'slack', operation: 'chat.postMessage', kind: '503' });
    await expect(post('recorded')).rejects.toMatchObject({ statusCode: 503 });
    await post('recorded');
    const calls =
      await slack.get<{ method: string; status: number; ok: boolean }[]>('/sandbox/slack/calls');
    expect(calls.slice(-2)).toMatchObject([
      { method: 'chat.postMessage', status: 503, ok: false },
      { method: 'chat.postMessage', status: 200, ok: true },
    ]);
  });
});
