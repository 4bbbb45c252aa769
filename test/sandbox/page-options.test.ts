import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { form } from '../support/page-peer';
import { startBolt } from '../support/slack-stand-in';

const asked: object[] = [];
let bolt: Awaited<ReturnType<typeof startBolt>>;

beforeAll(async () => {
  bolt = await startBolt('socket', (app) => {
    app.command('/request-access', async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: form() });
    });
    app.options('a', async ({ ack, body }) => {
      asked.push({ user: body.user.id, team: body.team?.id, typed: body.value });
      await ack({ options: [] });
    });
  });
});
afterAll(() => bolt.close());

test.each(['U0ADA00001', 'ada'])('the app hears who types into a typeahead: %s', async (user) => {
  await bolt.slack.command(user, '/request-access');
  const place = { user, blockId: 'role', actionId: 'a', value: 'prod' };
  expect(await bolt.slack.post('/sandbox/page/options', place)).toEqual({ options: [] });
  expect(asked.at(-1)).toEqual({ user: 'U0ADA00001', team: 'T0CURFEW01', typed: 'prod' });
});
