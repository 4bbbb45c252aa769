import { afterEach, describe, expect, test } from '@jest/globals';
import type { Card } from '../../access/messages';
import { createMessenger } from '../../bot/messenger';
import { createProfiles } from '../../bot/profiles';
import { messagesClient } from '../../bot/slack-client';
import { type ScriptedAnswer, startScriptedSlack } from '../support/scripted-slack';

const CARD: Card = {
  requestId: 'r-aaaaaaaaaaaaaaaa',
  termsHash: 'f'.repeat(64),
  channel: '#access-prod',
  state: 'waiting',
  requester: { workspace: 'T0CURFEW01', user: 'U0ADA00001' },
  requesterName: 'Ada Engel',
  role: { id: 'prod-admin', title: 'Administer production' },
  account: { id: '222222222222', name: 'shop-prod', env: 'prod' },
  risk: 'high',
  durationMinutes: 60,
  reason: 'failover is stuck',
  rule: '1 of payments-owners',
  needed: 1,
  reviews: [],
};
const AT = { channel: 'C0ACCESS01', ts: '1.0' };
const TOKEN = 'xoxb-the-secret-token';

const ok = (body: object): ScriptedAnswer => ({ body: { ok: true, ...body } });
const no = (error: string): ScriptedAnswer => ({ body: { ok: false, error } });
const HELLO = ok({ user_id: 'U0CURFEWBT', team_id: 'T0CURFEW01' });
const CHANNELS = ok({ channels: [{ id: 'C0ACCESS01', name: 'access-prod' }] });
const message = (kind: string, ts: string, user = 'U0CURFEWBT') => ({
  ts,
  user,
  metadata: {
    event_type: 'curfew_request',
    event_payload: { requestId: CARD.requestId, kind },
  },
});

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

async function connect(answers: Record<string, ScriptedAnswer[]>, isRepeat = false) {
  const slack = await startScriptedSlack((method) => {
    const [next, ...later] = answers[method] ?? [no('unknown_method')];
    if (later.length > 0) answers[method] = later;
    return next ?? no('unknown_method');
  });
  stop = slack.stop;
  const client = messagesClient(TOKEN, { apiUrl: slack.apiUrl });
  return {
    messenger: createMessenger(client, async () => (isRepeat ? 'this call' : 'nothing')),
    profiles: createProfiles(client),
    made: (method: string) => slack.calls.filter((call) => call.method === method).length,
  };
}

const failureOf = async (work: Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it should have failed');
};

describe('the messenger', () => {
  test('finds a channel by its name once, and pages through all of them', async () => {
    const { messenger, made } = await connect({
      'conversations.list': [
        ok({ channels: [], response_metadata: { next_cursor: 'more' } }),
        CHANNELS,
      ],
      'chat.postMessage': [ok({ ts: '1.0' })],
    });
    expect(await messenger.postCard(CARD)).toEqual(AT);
    await messenger.postCard(CARD);
    expect(made('conversations.list')).toBe(2);
  });

  test('posts once although the first answer was lost', async () => {
    const { messenger, made } = await connect({
      'auth.test': [HELLO],
      'conversations.list': [CHANNELS],
      'chat.postMessage': ['hang up'],
      'conversations.history': [
        ok({ messages: [message('waiting', '2.0'), message('card', '1.0')] }),
      ],
    });
    expect(await messenger.postCard(CARD)).toEqual(AT);
    expect(made('chat.postMessage')).toBe(1);
  });

  test('fails when the first answer was lost and nothing was posted: the caller tries again', async () => {
    const { messenger, made } = await connect({
      'auth.test': [HELLO],
      'conversations.list': [CHANNELS],
      'chat.postMessage': ['hang up'],
      'conversations.history': [ok({ messages: [] })],
    });
    await expect(messenger.postCard(CARD)).rejects.toThrow('Slack was not reached');
    expect(made('chat.postMessage')).toBe(1);
  });

  test('what another run posted is looked for on further pages, too', async () => {
    const { messenger, made } = await connect({
      'auth.test': [HELLO],
      'conversations.list': [CHANNELS],
      'conversations.history': [
        ok({ messages: [message('task', '9.0')], response_metadata: { next_cursor: 'older' } }),
        ok({ messages: [message('card', '1.0')] }),
      ],
    });
    expect(await messenger.find({ card: CARD })).toEqual(AT);
    expect(made('conversations.history')).toBe(2);
  });

  test('on a repeat takes what is there, but nothing that somebody else posted', async () => {
    const there = await connect(
      {
        'auth.test': [HELLO],
        'conversations.list': [CHANNELS],
        'conversations.history': [ok({ messages: [message('card', '1.0')] })],
      },
      true,
    );
    expect(await there.messenger.postCard(CARD)).toEqual(AT);
    await stop();
    const forged = await connect(
      {
        'auth.test': [HELLO],
        'conversations.list': [CHANNELS],
        'conversations.history': [ok({ messages: [message('card', '9.0', 'U0MALLORY1')] })],
        'chat.postMessage': [ok({ ts: '1.0' })],
      },
      true,
    );
    expect(await forged.messenger.postCard(CARD)).toEqual(AT);
  });

  test('replaces a deleted message, once', async () => {
    const { messenger, made } = await connect({
      'auth.test': [HELLO],
      'chat.update': [no('message_not_found'), no('message_not_found'), ok({})],
      'conversations.history': [ok({ messages: [] }), ok({ messages: [message('card', '3.0')] })],
      'chat.postMessage': [ok({ ts: '3.0' })],
    });
    await messenger.repaintCard(AT, CARD);
    await messenger.repaintCard(AT, CARD);
    expect(made('chat.postMessage')).toBe(1);
    expect(made('chat.update')).toBe(3);
  });

  test('passes on the pause that Slack asks for, and does not wait it out itself', async () => {
    const { messenger, made } = await connect({
      'chat.update': [{ status: 429, headers: { 'retry-after': '30' }, body: { ok: false } }],
    });
    await expect(messenger.repaintCard(AT, CARD)).rejects.toMatchObject({
      name: 'RateLimited',
      retryAfterSeconds: 30,
    });
    expect(made('chat.update')).toBe(1);
  });

  test('says what to do about a channel it may not post in, and no secret', async () => {
    const { messenger } = await connect({
      'conversations.list': [CHANNELS],
      'chat.postMessage': [no('not_in_channel')],
    });
    const failure = await failureOf(messenger.postCard(CARD));
    expect(failure.message).toBe(
      'Slack refused chat.postMessage: not_in_channel. Invite the app to the channel: /invite @Curfew.',
    );
    expect(JSON.stringify([failure, failure.stack, failure.cause])).not.toContain(TOKEN);
    expect(failure.name).toBe('Error');
  });

  test('refuses for good to tell somebody who is gone', async () => {
    const { messenger } = await connect({ 'conversations.open': [no('user_disabled')] });
    const told = messenger.tell(CARD.requester, {
      ...CARD,
      kind: 'withdrawn',
    });
    await expect(told).rejects.toMatchObject({ name: 'Refused' });
  });
});

describe('profiles', () => {
  const ADA = { workspace: 'T0CURFEW01', user: 'U0ADA00001' };
  const profile = { email: 'ada@curfew.example', real_name: 'Ada Engel' };
  const profileOf = async (user: object, who = ADA) => {
    const { profiles } = await connect({ 'auth.test': [HELLO], 'users.info': [ok({ user })] });
    return profiles.profile(who);
  };

  test.each([
    ['a member', { team_id: 'T0CURFEW01' }, 'member'],
    ['a guest', { team_id: 'T0CURFEW01', is_restricted: true }, 'guest'],
    ['a single-channel guest', { is_ultra_restricted: true }, 'guest'],
    ['a bot', { is_bot: true }, 'bot'],
    ['somebody from a shared channel', { team_id: 'T0OTHER001' }, 'stranger'],
    ['a stranger by Slack’s word', { is_stranger: true }, 'stranger'],
  ])('tell %s', async (_who, user, kind) => {
    expect(await profileOf({ ...user, profile })).toEqual({
      name: 'Ada Engel',
      email: 'ada@curfew.example',
      kind,
    });
  });

  test('take the workspace that the click named into account', async () => {
    const elsewhere = { ...ADA, workspace: 'T0OTHER001' };
    expect(await profileOf({ profile }, elsewhere)).toMatchObject({ kind: 'stranger' });
  });

  test('keep an unconfirmed address to themselves', async () => {
    expect(await profileOf({ is_email_confirmed: false, profile })).toEqual({
      name: 'Ada Engel',
      kind: 'member',
    });
  });
});
