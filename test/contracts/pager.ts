import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Alarm } from '../../access/messages';
import type { Pager } from '../../access/pager';
import { startReceiver, type Received, type Receiver } from '../support/alarm-receiver';

export const ALARM: Alarm = {
  key: 'overdue:r-aaaaaaaaaaaaaaaa:2',
  incident: 'overdue:r-aaaaaaaaaaaaaaaa',
  requestId: 'r-aaaaaaaaaaaaaaaa',
  grantId: 'g-aaaaaaaaaa',
  title: 'prod-admin: ending it takes more than 2 min',
  text: 'A session may be alive until 2026-11-23T13:14:02.000Z at the latest.',
};
const LATER: Alarm = { ...ALARM, key: 'overdue:r-aaaaaaaaaaaaaaaa:10', title: 'more than 10 min' };

interface Subject {
  pager: (url: string) => Pager;
  /** What the other side makes of a call, by its own rules; throws when it would not take it. */
  understood: (call: Received) => { incident: string; event: 'opened' | 'closed'; says: string };
  /** What no error may hold. */
  secret: string;
  /** What an error must name for whoever has to mend it. */
  variable: string;
}

/** What every {@link Pager} does. */
export function pagerContract(
  name: string,
  { pager: pagerAt, understood, secret, variable }: Subject,
): void {
  describe(`a pager: ${name}`, () => {
    let receiver: Receiver;
    let pager: Pager;
    beforeAll(async () => {
      receiver = await startReceiver();
      pager = pagerAt(`${receiver.url}?token=${secret}`);
    });
    afterAll(() => receiver.close());
    const failure = (call: Promise<void>): Promise<Error> =>
      call.then(
        () => Promise.reject(new Error('it did not fail')),
        (error: Error) => error,
      );

    test('opens one incident for all the alarms of one trouble, and closes that one', async () => {
      receiver.calls.length = 0;
      await pager.page(ALARM);
      await pager.page(ALARM);
      await pager.page(LATER);
      await pager.resolve(LATER);
      const calls = receiver.calls.map(understood);
      expect(calls.map(({ event }) => event)).toEqual(['opened', 'opened', 'opened', 'closed']);
      expect(new Set(calls.map(({ incident }) => incident))).toEqual(new Set([ALARM.incident]));
    });

    test('says what is late, what may be alive until when, and which grant it is', async () => {
      receiver.calls.length = 0;
      await pager.page(ALARM);
      const [opened] = receiver.calls.map(understood);
      for (const part of [ALARM.title, ALARM.text, ALARM.requestId, ALARM.grantId]) {
        expect(opened?.says).toContain(part);
      }
    });

    test('keeps the troubles of two grants apart', async () => {
      receiver.calls.length = 0;
      await pager.page(ALARM);
      await pager.page({ ...ALARM, incident: 'overdue:r-bbbbbbbbbbbbbbbb' });
      await pager.page({ key: 'list-full', title: 't', text: 't' });
      expect(new Set(receiver.calls.map((call) => understood(call).incident)).size).toBe(3);
    });

    test('passes on the pause that is asked for', async () => {
      receiver.answer = { status: 429, headers: { 'retry-after': '7' } };
      expect(await failure(pager.page(ALARM))).toMatchObject({
        name: 'RateLimited',
        retryAfterSeconds: 7,
      });
      receiver.answer = { status: 429 };
      expect(await failure(pager.page(ALARM))).toMatchObject({
        name: 'RateLimited',
        retryAfterSeconds: 30,
      });
    });

    test.each([400, 401, 403, 404, 307])(
      'refused with %s, it says what to look at',
      async (status) => {
        receiver.answer = { status, headers: { location: receiver.url } };
        const error = await failure(pager.page(ALARM));
        expect(error.message).toContain(variable);
        expect(error.message).toContain(String(status));
      },
    );

    test.each([
      ['500', { status: 500 }],
      ['503', { status: 503 }],
      ['a connection that breaks', 'break' as const],
    ])('%s is a fault, to be tried again', async (_what, answer) => {
      receiver.answer = answer;
      const error = await failure(pager.resolve(ALARM));
      expect(error.name).toBe('Error');
    });

    test('no failure holds a secret, an address with one, or what was answered', async () => {
      const errors: Error[] = [];
      for (const status of [400, 429, 500]) {
        receiver.answer = { status, body: `you sent ${secret}` };
        errors.push(await failure(pager.page(ALARM)));
      }
      receiver.answer = 'break';
      errors.push(await failure(pager.page(ALARM)));
      errors.push(await failure(pagerAt(`http://127.0.0.1:9/?token=${secret}`).page(ALARM)));
      for (const { message, stack, cause } of errors) {
        expect(`${message} ${stack} ${String(cause)}`).not.toContain(secret);
      }
    });

    test('works again once the other side does', async () => {
      receiver.calls.length = 0;
      receiver.answer = { status: 202 };
      await pager.page(ALARM);
      expect(receiver.calls).toHaveLength(1);
    });
  });
}
