import { describe, expect, test } from '@jest/globals';
import { clickBody, submitBody } from '../../sandbox/slack/wire';

describe('what the controls accept', () => {
  test('a click names its button, or the action behind it', () => {
    expect(clickBody.safeParse({ user: 'Ada', button: 'Approve' }).success).toBe(true);
    expect(clickBody.safeParse({ user: 'Ada', actionId: 'approve' }).success).toBe(true);
    expect(clickBody.safeParse({ user: 'Ada' }).success).toBe(false);
  });

  test('a submission takes values of people and the raw state of a page', () => {
    expect(submitBody.parse({ user: 'Ada' }).values).toEqual({});
    const state = { b: { a: { type: 'plain_text_input', value: 'hello' } } };
    expect(submitBody.parse({ user: 'Ada', state, values: { Reason: 'x' } }).state).toEqual(state);
    expect(submitBody.safeParse({ user: 'Ada', value: {} }).success).toBe(false);
  });
});
