import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADA, CARLA, type Scene, startScene } from '../support/bot-scene';
import { TOKENS } from '../support/slack-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const FORM = 'application/x-www-form-urlencoded';

describe('somebody who sends requests to /slack themselves', () => {
  const folder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene('http', folder);
  });
  afterAll(() => scene.stop());

  /** An approval as Slack would deliver it. */
  async function approval(by: string): Promise<string> {
    const { requestId, at, message } = await scene.cardInChannel();
    const payload = {
      type: 'block_actions',
      team: { id: 'T0CURFEW01' },
      user: { id: by, team_id: 'T0CURFEW01' },
      trigger_id: '1.2.3',
      channel: { id: at.channel },
      message: { ts: message },
      container: { type: 'message', message_ts: message, channel_id: at.channel },
      actions: [
        {
          type: 'button',
          action_id: 'approve',
          block_id: 'b',
          action_ts: '1.0',
          value: JSON.stringify({ requestId, termsHash: 'terms' }),
        },
      ],
    };
    return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  }
  const send = async (body: string, headers: Record<string, string>): Promise<number> => {
    const response = await fetch(scene.eventsUrl, {
      method: 'POST',
      headers: { 'content-type': FORM, ...headers },
      body,
    });
    return response.status;
  };
  const signed = (body: string, secret: string, ahead = 0): Record<string, string> => {
    const stamp = String(Math.floor(Date.now() / 1000) + ahead);
    const mac = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex');
    return { 'x-slack-request-timestamp': stamp, 'x-slack-signature': `v0=${mac}` };
  };
  const reviews = () => scene.desk.said.reviews.length;
  const refused = () =>
    scene.ledger.entries({ kinds: ['edge.refused'] }).map(({ data }) => data.why);

  test.each([
    ['without a signature', () => ({})],
    ['with another secret', (body: string) => signed(body, 'a guess')],
    ['stamped an hour ahead', (body: string) => signed(body, TOKENS.signingSecret, 3600)],
    ['stamped ten minutes ago', (body: string) => signed(body, TOKENS.signingSecret, -600)],
  ])('%s approves nothing', async (_how, headers) => {
    const body = await approval(CARLA.user);
    expect(await send(body, headers(body))).toBe(401);
    expect(reviews()).toBe(0);
    expect(refused()).toEqual(['forged']);
  });

  test('by repeating a genuine one approves once', async () => {
    const body = await approval(CARLA.user);
    const headers = signed(body, TOKENS.signingSecret);
    expect(await Promise.all([send(body, headers), send(body, headers)])).toEqual(
      expect.arrayContaining([200, 401]),
    );
    expect(await send(body, headers)).toBe(401);
    expect(reviews()).toBe(1);
    expect(refused()).toContain('replayed');
  });

  test('cannot hide an approval in a check of the certificate', async () => {
    const before = reviews();
    const body = `ssl_check=1&${await approval(ADA.user)}`;
    expect(await send(body, {})).toBe(200);
    expect(reviews()).toBe(before);
  });

  test('with more than a megabyte, or to another path, is sent away', async () => {
    const body = 'x'.repeat(2 * 1024 * 1024);
    expect(await send(body, signed(body, TOKENS.signingSecret))).toBe(413);
    const elsewhere = await fetch(scene.eventsUrl.replace('events', 'admin'), {
      method: 'POST',
      headers: signed('', TOKENS.signingSecret),
    });
    expect(elsewhere.status).toBe(404);
  });
});
