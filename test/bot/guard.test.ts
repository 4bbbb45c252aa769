import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Refused } from '../../access/refused';
import { guarded } from '../../bot/guard';
import { messagesClient } from '../../bot/slack-client';
import { createInMemoryDesk } from '../support/in-memory-desk';

const front = {
  client: messagesClient('xoxb-test', { apiUrl: 'http://127.0.0.1:9/' }),
  desk: createInMemoryDesk(),
  log: { info: () => {}, warn: () => {}, error: () => {} },
};

const FORM = {
  type: 'view_submission',
  user: { id: 'U0ADA00001' },
  view: {
    callback_id: 'request_form',
    blocks: [
      { type: 'context', block_id: 'hint' },
      { type: 'input', block_id: 'role' },
    ],
  },
};
const MENU = { type: 'block_suggestion', user: { id: 'U0ADA00001' } };
const COMMAND = { command: '/request-access' };

/** What the person got to see, in order. */
async function through(
  body: Record<string, unknown>,
  process: (ack: (said?: unknown) => Promise<void>) => Promise<void>,
): Promise<unknown[]> {
  const heard: unknown[] = [];
  const ack = async (said?: unknown): Promise<void> => {
    heard.push(said);
  };
  await guarded(
    () => front,
    { body, ack },
    (event) => process((said) => event.ack(said)),
  );
  return heard;
}
const failing = () => Promise.reject(new Error('it broke'));

describe('the gate that every delivery passes', () => {
  test('lets an answer through, and only the first', async () => {
    const heard = await through(COMMAND, async (ack) => {
      await ack('one');
      await ack('two');
    });
    expect(heard).toEqual(['one']);
  });

  test.each([
    [
      'a command',
      COMMAND,
      { response_type: 'ephemeral', text: expect.stringContaining('try again') },
    ],
    [
      'a form',
      FORM,
      { response_action: 'errors', errors: { role: expect.stringContaining('lost') } },
    ],
    [
      'a form without fields',
      { type: 'view_submission', view: { blocks: [] } },
      { response_action: 'update', view: expect.objectContaining({ type: 'modal' }) },
    ],
    ['a menu', MENU, { options: [expect.objectContaining({ value: 'unavailable' })] }],
  ])('answers %s whose listener threw, at once', async (_what, body, answer) => {
    expect(await through(body, failing)).toEqual([answer]);
  });

  test('passes on a refusal in its own words', async () => {
    const refusing = () => Promise.reject(new Refused('Your account is not linked.'));
    expect(await through(COMMAND, refusing)).toEqual([
      { response_type: 'ephemeral', text: 'Your account is not linked.' },
    ]);
  });

  test('answers what nobody listens to', async () => {
    expect(await through(COMMAND, async () => {})).toEqual([
      { response_type: 'ephemeral', text: expect.stringContaining('older version') },
    ]);
  });

  test('keeps a menu’s sentence within what an option may hold', async () => {
    const [answer] = await through(MENU, failing);
    expect(JSON.stringify(answer)).toMatch(/"text":"Curfew could not do this[^"]{0,60}"/);
  });
});

describe('a listener that is slow', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('is spoken for before Slack gives up, and its late answer is dropped', async () => {
    const heard: unknown[] = [];
    let finish: () => void = () => {};
    const done = guarded(
      () => front,
      {
        body: FORM,
        ack: async (said?: unknown) => {
          heard.push(said);
        },
      },
      async (event) => {
        await new Promise<void>((resolve) => (finish = resolve));
        await event.ack();
      },
    );
    await jest.advanceTimersByTimeAsync(2400);
    expect(heard).toEqual([]);
    await jest.advanceTimersByTimeAsync(500);
    const late = [
      { response_action: 'errors', errors: { role: expect.stringContaining('same request') } },
    ];
    expect(heard).toEqual(late);
    finish();
    await done;
    expect(heard).toEqual(late);
  });
});
