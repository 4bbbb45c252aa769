import { afterEach, describe, expect, test } from '@jest/globals';
import Fastify from 'fastify';
import { createFaults, faultRoutes } from '../../sandbox/faults';

describe('the fault switchboard', () => {
  test('a fault is taken as often as ordered, oldest first, only by its target and operation', () => {
    const faults = createFaults();
    faults.order({ target: 'slack', operation: 'chat.postMessage', kind: '429', times: 2 });
    faults.order({ target: 'slack', kind: '503' });

    expect(faults.take('aws', 'chat.postMessage')).toBeUndefined();
    expect(faults.take('slack', 'chat.postMessage')?.kind).toBe('429');
    expect(faults.take('slack', 'views.open')?.kind).toBe('503');
    expect(faults.take('slack', 'views.open')).toBeUndefined();
    expect(faults.take('slack', 'chat.postMessage')?.kind).toBe('429');
    expect(faults.take('slack', 'chat.postMessage')).toBeUndefined();
  });

  test('a kind that the caller cannot do waits for one that can', () => {
    const faults = createFaults();
    faults.order({ target: 'slack', kind: 'duplicate' });
    expect(faults.take('slack', 'chat.postMessage')).toBeUndefined();
    expect(faults.take('slack', ['block_actions', 'interactive'], ['duplicate'])).toEqual({
      kind: 'duplicate',
      ms: 0,
    });
  });

  test('several names of one operation are the same operation', () => {
    const faults = createFaults();
    faults.order({ target: 'slack', operation: 'interactive', kind: 'slow', ms: 5 });
    expect(faults.take('slack', ['block_actions', 'interactive'])).toEqual({ kind: 'slow', ms: 5 });
  });
});

describe('/sandbox/faults', () => {
  const faults = createFaults();
  const app = Fastify();
  faultRoutes(app, faults);
  afterEach(() => faults.clear());

  test('orders, lists and clears', async () => {
    const payload = { target: 'aws', operation: 'AssumeRole', kind: 'drop-after-commit', times: 3 };
    const ordered = await app.inject({ method: 'POST', url: '/sandbox/faults', payload });
    expect(ordered.json()).toEqual({ faults: [payload] });
    expect((await app.inject({ url: '/sandbox/faults' })).json()).toEqual({
      faults: [payload],
      taken: [],
    });

    await app.inject({ method: 'DELETE', url: '/sandbox/faults' });
    expect(faults.take('aws', 'AssumeRole')).toBeUndefined();
  });

  test('counts what really struck, whatever was ordered or cleared', async () => {
    faults.order({ target: 'aws', operation: 'AssumeRole', kind: '503', times: 5 });
    faults.take('aws', 'AssumeRole');
    faults.take('aws', 'AssumeRole');
    await app.inject({ method: 'DELETE', url: '/sandbox/faults' });
    expect((await app.inject({ url: '/sandbox/faults' })).json()).toEqual({
      faults: [],
      taken: expect.arrayContaining([
        { target: 'aws', operation: 'AssumeRole', kind: '503', times: 2 },
      ]),
    });
  });

  test.each([
    ['an unknown target', { target: 'okta', kind: '429' }],
    ['an unknown kind', { target: 'slack', kind: 'sluggish' }],
    ['a misspelt field', { target: 'slack', kind: 'slow', milliseconds: 5 }],
    ['no times at all', { target: 'slack', kind: 'slow', times: 0 }],
  ])('says what is wrong with %s and orders nothing', async (_, payload) => {
    const answer = await app.inject({ method: 'POST', url: '/sandbox/faults', payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatch(/target|kind|milliseconds|times/);
    expect(faults.pending()).toEqual([]);
  });
});
