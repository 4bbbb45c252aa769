import { describe, expect, test } from '@jest/globals';
import * as payloads from '../../bot/payloads';

const ACTION = { action_id: 'approve', action_ts: '1.1', value: 'v' };
const CLICK = {
  type: 'block_actions',
  team: { id: 'T0CURFEW01' },
  user: { id: 'U0ADA00001', team_id: 'T0CURFEW01' },
  trigger_id: 't',
  channel: { id: 'C1' },
  message: { ts: '9.9' },
  actions: [ACTION],
};
const idOf = (body: object): string => payloads.click.parse(body).clickId;

describe('a click', () => {
  test('keeps its id however often it is delivered', () => {
    expect(idOf({ ...CLICK, trigger_id: 'another' })).toBe(idOf(CLICK));
  });

  test.each([
    ['at another time', { actions: [{ ...ACTION, action_ts: '1.2' }] }],
    ['on another button', { actions: [{ ...ACTION, action_id: 'deny' }] }],
    ['with another value', { actions: [{ ...ACTION, value: 'w' }] }],
    ['by somebody else', { user: { id: 'U0BEN00002' } }],
    ['from another workspace', { user: { id: 'U0ADA00001', team_id: 'T0OTHER001' } }],
    ['on another message', { message: { ts: '9.8' } }],
  ])('%s is another click', (_how, change) => {
    expect(idOf({ ...CLICK, ...change })).not.toBe(idOf(CLICK));
  });

  test('belongs to the clicker’s own workspace, not to the channel’s', () => {
    const shared = { ...CLICK, user: { id: 'U0ADA00001', team_id: 'T0OTHER001' } };
    expect(payloads.click.parse(shared).by).toEqual({
      workspace: 'T0OTHER001',
      user: 'U0ADA00001',
    });
  });

  test.each([
    ['nowhere', { channel: null, message: null }],
    ['of two buttons at once', { actions: [ACTION, ACTION] }],
    ['by nobody', { user: {} }],
  ])('%s is none', (_how, change) => {
    expect(payloads.click.safeParse({ ...CLICK, ...change }).success).toBe(false);
  });
});
