import { expect, test } from '@jest/globals';
import { createOnCallWebhook } from '../../facts/on-call-webhook';
import { createPagerDutySchedules } from '../../facts/pager-duty-schedules';
import { rememberedRota } from '../../facts/remembered-rota';
import { SECRET, startFactsReceiver, startFactsStandIn, TOKEN } from '../support/facts-stand-in';
import { rotaContract } from './rota';

const pagerDuty = (url: string) =>
  createPagerDutySchedules({ url: `${url}/sandbox/pagerduty/`, token: TOKEN });

rotaContract('PagerDuty’s schedules', {
  start: startFactsStandIn,
  rota: pagerDuty,
  secret: TOKEN,
  variable: 'CURFEW_PAGERDUTY_API_TOKEN',
  more(rota, peer) {
    test('a schedule may be named by its id', async () => {
      const [first] = peer().store.schedules();
      expect(await rota().onCall(first?.id ?? '')).toEqual(first?.onCall);
    });
  },
});

rotaContract('a signed webhook', {
  start: startFactsReceiver,
  rota: (url) => createOnCallWebhook({ url, secret: SECRET }),
  secret: SECRET,
  variable: 'CURFEW_ONCALL_WEBHOOK_SECRET',
});

rotaContract('one that is remembered, after each time that it was fresh', {
  start: startFactsStandIn,
  rota: (url) => {
    let now = 0;
    return rememberedRota(pagerDuty(url), () => (now += 60_000));
  },
  secret: TOKEN,
  variable: 'CURFEW_PAGERDUTY_API_TOKEN',
});

test('a rota is asked once in half a minute, however many ask, and again after a failure', async () => {
  let now = 0;
  let calls = 0;
  let isDown = false;
  const rota = rememberedRota(
    {
      name: 'counted',
      async onCall() {
        calls += 1;
        if (isDown) throw new Error('down');
        return [`call-${calls}`];
      },
    },
    () => now,
  );
  const both = await Promise.all([rota.onCall('a'), rota.onCall('a')]);
  now += 29_999;
  expect([...both, await rota.onCall('a')]).toEqual([['call-1'], ['call-1'], ['call-1']]);
  expect(await rota.onCall('b')).toEqual(['call-2']);
  now += 1;
  isDown = true;
  // What was true half a minute ago is not said again while nobody can tell.
  await expect(rota.onCall('a')).rejects.toThrow('down');
  isDown = false;
  expect(await rota.onCall('a')).toEqual(['call-4']);
});
