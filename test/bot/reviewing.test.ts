import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WORKSPACE } from '../../sandbox/people';
import {
  aCard,
  ADA,
  aGrant,
  aWaitingNotice,
  CARLA,
  DENIZ,
  type Scene,
  startScene,
} from '../support/bot-scene';
import { eventually } from '../support/eventually';
import { temporaryFolder } from '../support/temporary-folder';

describe.each(['socket', 'http'] as const)('a card, over %s', (transport) => {
  const folder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(transport, folder);
  });
  afterAll(() => scene.stop());
  const votesOn = (request: string) =>
    scene.desk.said.reviews.filter(({ statement }) => statement.requestId === request);
  const approvalsOf = (request: string) =>
    scene.desk.effects.filter((effect) => effect === `approve ${request}`).length;

  test('approved is a signed vote over the terms that were shown', async () => {
    const { requestId, message } = await scene.cardInChannel();
    await scene.slack.click(CARLA.user, 'Approve', { message });
    await eventually(() => expect(approvalsOf(requestId)).toBe(1));
    expect(votesOn(requestId).map(({ statement }) => statement)).toEqual([
      {
        kind: 'review',
        requestId,
        termsHash: 'terms',
        by: CARLA,
        verdict: 'approve',
        at: expect.any(String),
      },
    ]);
  });

  test('clicked once and delivered twice is one click; clicked twice is two, with one effect', async () => {
    const { requestId, message } = await scene.cardInChannel();
    scene.slack.faults.order({ target: 'slack', operation: 'block_actions', kind: 'duplicate' });
    await scene.slack.click(CARLA.user, 'Approve', { message });
    await scene.slack.click(CARLA.user, 'Approve', { message });
    expect(await scene.isTold(CARLA, 'This request is active. Carla Rossi decided it.')).toBe(true);
    expect(new Set(votesOn(requestId).map(({ clickId }) => clickId)).size).toBe(2);
    expect(approvalsOf(requestId)).toBe(1);
  });

  test('denied by somebody while another still writes: the other is told who, by name', async () => {
    const { message } = await scene.cardInChannel();
    await scene.slack.click(CARLA.user, 'Deny', { message });
    await scene.slack.click(DENIZ.user, 'Approve', { message });
    const late = await scene.slack.submit(CARLA.user, { Reason: 'no' });
    expect(late.errors).toEqual({ Reason: 'This request is active. Deniz Kaya decided it.' });
  });

  test('refuses its own requester, tells nobody else, and puts it on record', async () => {
    const { requestId, message } = await scene.cardInChannel();
    await scene.slack.click(ADA.user, 'Approve', { message });
    expect(await scene.isTold(ADA, 'Nobody approves their own request.')).toBe(true);
    await scene.isOnRecord({
      requestId,
      actor: `chat:${WORKSPACE.id}:${ADA.user}`,
      data: { what: 'approve', because: 'Nobody approves their own request.' },
    });
    const seen = await scene.slack.messages(CARLA.user);
    expect(seen.filter(({ text }) => text.includes('their own'))).toEqual([]);
  });

  test('that is old does nothing but say so', async () => {
    const { requestId, grantId, at, message } = await scene.cardInChannel();
    await scene.messenger.repaintCard(at, aCard({ requestId }, { state: 'denied' }));
    scene.desk.put(aGrant({ requestId, grantId }, { state: 'denied' }));
    await scene.slack.click(CARLA.user, 'Approve', { message, replay: true });
    expect(await scene.isTold(CARLA, 'This request is denied.')).toBe(true);
    expect(approvalsOf(requestId)).toBe(0);
  });

  test.each([
    ['nonsense', 'approve everything'],
    ['another shape', '{"requestId":"r-zzzzzzzzzzzzzzzz","termsHash":"terms","extra":1}'],
    ['a request without terms', '{"requestId":"r-zzzzzzzzzzzzzzzz"}'],
  ])('whose button says %s does nothing but say so', async (_what, value) => {
    const { message } = await scene.cardInChannel();
    const before = scene.desk.said.reviews.length;
    await scene.slack.click(CARLA.user, 'Approve', { message, value });
    expect(await scene.isTold(CARLA, 'out of date or was changed')).toBe(true);
    await scene.isOnRecord({ data: { what: 'approve' } });
    expect(scene.desk.said.reviews).toHaveLength(before);
  });

  test('clicked while the engine is down says so to the clicker', async () => {
    const { message } = await scene.cardInChannel();
    scene.desk.behave('down');
    await scene.slack.click(CARLA.user, 'Approve', { message });
    expect(await scene.isTold(CARLA, 'Curfew could not do this just now')).toBe(true);
    scene.desk.behave('well');
  });

  test('approved for less asks for how long, and is a signed vote for no more', async () => {
    const { requestId, message } = await scene.cardInChannel();
    const { modal } = await scene.slack.click(CARLA.user, 'Approve for less…', { message });
    expect(modal?.fields.map(({ label }) => label)).toEqual(['Duration', 'Note']);
    const wrong: [string, string][] = [
      ['0', 'The shortest is 1 min.'],
      ['soon', '“soon” is no duration. Write it like 30m, 1h or 1h30m.'],
      ['1h', 'The card says 1 h: give less here, or press Approve on the card for all of it.'],
      ['99999h', 'The card says 1 h: give less here, or press Approve on the card for all of it.'],
    ];
    for (const [Duration, error] of wrong) {
      const answer = await scene.slack.submit(CARLA.user, { Duration, Note: 'enough' });
      expect([Duration, answer.errors]).toEqual([Duration, { Duration: error }]);
    }
    const long = await scene.slack.submit(CARLA.user, { Duration: '20m', Note: 'x'.repeat(501) });
    expect(long.errors).toEqual({ Note: 'At most 500 characters; this has 501.' });
    expect(votesOn(requestId)).toEqual([]);
    const done = await scene.slack.submit(CARLA.user, { Duration: '20m', Note: 'enough' });
    expect(done.closed).toBe(true);
    expect(votesOn(requestId).map(({ statement }) => statement)).toEqual([
      {
        kind: 'review',
        requestId,
        termsHash: 'terms',
        by: CARLA,
        verdict: 'approve',
        durationMinutes: 20,
        reason: 'enough',
        at: expect.any(String),
      },
    ]);
  });

  test('approved after somebody approved less is a yes to no more', async () => {
    const { requestId, at, message } = await scene.cardInChannel();
    const less = { durationMinutes: 20, by: CARLA };
    await scene.messenger.repaintCard(at, aCard({ requestId }, { less }));
    await scene.slack.click(DENIZ.user, 'Approve', { message });
    await eventually(() =>
      expect(votesOn(requestId).at(-1)?.statement).toMatchObject({ durationMinutes: 20 }),
    );
  });

  test('approved within a narrower scope is a signed vote for no more, for all the time or less', async () => {
    const { requestId, at, message } = await scene.cardInChannel();
    const scopes = ['storage', 'reading'];
    await scene.messenger.repaintCard(at, aCard({ requestId }, { scopes }));
    const { modal } = await scene.slack.click(CARLA.user, 'Approve for less…', { message });
    expect(modal?.fields.map(({ label }) => label)).toEqual(['Scope', 'Duration', 'Note']);
    const same = { Scope: 'All that the role may', Duration: '1h' };
    expect((await scene.slack.submit(CARLA.user, same)).errors).toEqual({
      Duration: expect.stringContaining('press Approve on the card for all of it'),
    });
    const longer = await scene.slack.submit(CARLA.user, { Scope: 'reading', Duration: '2h' });
    expect(longer.errors).toEqual({ Duration: 'The card says 1 h: give that or less.' });
    expect(votesOn(requestId)).toEqual([]);
    const done = await scene.slack.submit(CARLA.user, { Scope: 'reading', Duration: '1h' });
    expect(done.closed).toBe(true);
    expect(votesOn(requestId).map(({ statement }) => statement)).toMatchObject([
      { verdict: 'approve', scope: 'reading', durationMinutes: 60 },
    ]);
  });

  test('approved after somebody approved a narrower scope is a yes to no more', async () => {
    const { requestId, at, message } = await scene.cardInChannel();
    const within = { scope: 'storage', by: CARLA };
    await scene.messenger.repaintCard(
      at,
      aCard({ requestId }, { within, scopes: ['storage', 'reading'] }),
    );
    const { modal } = await scene.slack.click(CARLA.user, 'Approve for less…', { message });
    expect(modal?.text).toContain('storage');
    await scene.slack.click(DENIZ.user, 'Approve', { message });
    await eventually(() =>
      expect(votesOn(requestId).at(-1)?.statement).toMatchObject({ scope: 'storage' }),
    );
  });

  test('approved for less too late keeps the form, says so, and is on record', async () => {
    const { requestId, grantId, message } = await scene.cardInChannel();
    await scene.slack.click(CARLA.user, 'Approve for less…', { message });
    scene.desk.put(aGrant({ requestId, grantId }, { state: 'expired' }));
    expect(await scene.slack.submit(CARLA.user, { Duration: '20m' })).toMatchObject({
      closed: false,
      errors: { Duration: 'This request is expired.' },
    });
    await scene.isOnRecord({ requestId, data: { what: 'approve_for_less_form' } });
  });

  test('denied asks why, and carries the reason', async () => {
    const { requestId, message } = await scene.cardInChannel();
    const { modal } = await scene.slack.click(CARLA.user, 'Deny', { message });
    expect(modal?.fields.map(({ label }) => label)).toEqual(['Reason']);
    const blank = await scene.slack.submit(CARLA.user, { Reason: '\u200b' });
    expect(blank.errors).toEqual({ Reason: 'Say why: the requester reads it.' });
    expect((await scene.slack.submit(CARLA.user, { Reason: 'use staging' })).closed).toBe(true);
    expect(votesOn(requestId).at(-1)?.statement).toMatchObject({
      verdict: 'deny',
      reason: 'use staging',
    });
  });

  test('denied too late keeps the form and says so', async () => {
    const { requestId, grantId, message } = await scene.cardInChannel();
    await scene.slack.click(CARLA.user, 'Deny', { message });
    scene.desk.put(aGrant({ requestId, grantId }, { state: 'expired' }));
    expect(await scene.slack.submit(CARLA.user, { Reason: 'no' })).toMatchObject({
      closed: false,
      errors: { Reason: 'This request is expired.' },
    });
    await scene.isOnRecord({ requestId, data: { what: 'deny_form' } });
  });

  test('with a button of a version that is gone says so', async () => {
    const { at } = await scene.cardInChannel();
    const text = { type: 'plain_text' as const, text: 'Old' };
    const { ts } = await scene.messages.chat.postMessage({
      channel: at.channel,
      text: 'old',
      blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'gone', text }] }],
    });
    await scene.slack.click(CARLA.user, 'Old', { message: ts });
    expect(await scene.isTold(CARLA, 'older version of Curfew')).toBe(true);
  });

  test('waited for: its requester nudges, and that is signed; nobody else can', async () => {
    const { requestId, grantId } = await scene.cardInChannel();
    const { ts } = await scene.messenger.tell(ADA, aWaitingNotice({ requestId, grantId }));
    await scene.slack.click(ADA.user, 'Nudge', { message: ts });
    await eventually(() =>
      expect(scene.desk.said.nudges.map(({ statement }) => statement)).toContainEqual({
        kind: 'nudge',
        requestId,
        by: ADA,
        at: expect.any(String),
      }),
    );
    scene.desk.put(aGrant({ requestId, grantId }, { state: 'expired' }));
    await scene.slack.click(ADA.user, 'Nudge', { message: ts });
    expect(await scene.isTold(ADA, 'This request is expired.')).toBe(true);
    await scene.isOnRecord({ requestId, data: { what: 'nudge' } });
  });

  test('revoked: the grant is found by what is typed, and the answer says what was asked', async () => {
    const { requestId, grantId } = await scene.grantInDirectMessage();
    await scene.slack.command(CARLA.user, '/revoke');
    const Grant = `prod-admin · Ada Engel · ${grantId}`;
    const blank = await scene.slack.submit(CARLA.user, { Grant, Reason: '\u200b' });
    expect(blank.errors).toEqual({ Reason: 'Say why: the holder reads it.' });
    const { modal } = await scene.slack.submit(CARLA.user, { Reason: 'laptop lost' });
    expect(modal?.text).toContain('Asked at');
    expect(scene.desk.said.stops.at(-1)).toMatchObject({
      how: 'revoke',
      requestId,
      by: CARLA,
      reason: 'laptop lost',
    });
  });
});
