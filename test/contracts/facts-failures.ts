import { expect, test } from '@jest/globals';
import type { FactsPeer, Failure } from '../support/facts-stand-in';

interface Subject {
  peer: () => FactsPeer;
  ask: () => Promise<unknown>;
  /** The same over an address where nobody listens. */
  askNobody: () => Promise<unknown>;
  secret: string;
  /** What an error must name for whoever has to mend it. */
  variable: string;
}

/** What everything does that asks the outside for a fact: nobody can tell is a fault, never an answer. */
export function factFailures({ peer, ask, askNobody, secret, variable }: Subject): void {
  const failure = (call: Promise<unknown>): Promise<Error> =>
    call.then(
      () => Promise.reject(new Error('it did not fail')),
      (error: Error) => error,
    );
  const failing = (how: Failure): Promise<Error> => {
    peer().failNext(how);
    return failure(ask());
  };

  test.each<Failure>(['401', '302', 'garbage'])(
    'answered with %s, it fails and says what to look at',
    async (how) => {
      expect((await failing(how)).message).toContain(variable);
    },
  );

  test.each<Failure>(['503', 'timeout', 'other'])('%s is a fault, and no answer', async (how) => {
    expect((await failing(how)).name).toBe('Error');
  });

  test('passes on the pause that is asked for', async () => {
    expect(await failing('429')).toMatchObject({ name: 'RateLimited', retryAfterSeconds: 7 });
  });

  test('no failure holds a secret, or what was answered', async () => {
    const errors = [await failure(askNobody())];
    for (const how of ['401', '429', '503', 'timeout', 'garbage', 'other'] as const)
      errors.push(await failing(how));
    for (const { message, stack, cause } of errors)
      expect(`${message} ${stack} ${String(cause)}`).not.toContain(secret);
  });

  test('works again once the other side does', async () => {
    await failing('503');
    await expect(ask()).resolves.toBeDefined();
  });
}
