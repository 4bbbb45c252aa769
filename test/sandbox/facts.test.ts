import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createJira } from '../../facts/jira';
import { createPagerDutySchedules } from '../../facts/pager-duty-schedules';
import { startFactsStandIn, TOKEN, type FactsPeer } from '../support/facts-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let peer: FactsPeer;
beforeAll(async () => {
  peer = await startFactsStandIn(folder);
});
afterAll(() => peer.close());

const put = (what: 'ticket' | 'schedule', body: object) =>
  fetch(`${peer.url}/sandbox/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('what is ordered of a ticket and a schedule is told from then on, also after a restart', async () => {
  await put('ticket', { key: 'PAY-7', status: 'In Progress', assignee: 'ada@curfew.example' });
  await put('schedule', { name: 'primary', onCall: ['emil@curfew.example'] });
  const tell = async () => [
    await createJira({ url: `${peer.url}/sandbox/jira`, token: TOKEN }).find('PAY-7', ''),
    await createPagerDutySchedules({ url: `${peer.url}/sandbox/pagerduty`, token: TOKEN }).onCall(
      'primary',
    ),
  ];
  const before = await tell();
  expect(before).toMatchObject([{ status: 'In Progress' }, ['emil@curfew.example']]);
  await peer.close();
  peer = await startFactsStandIn(folder);
  const [ticket, shift] = await tell();
  expect([ticket, shift]).toMatchObject([{ status: 'In Progress' }, ['emil@curfew.example']]);
});

test.each([
  ['ticket' as const, { key: 'no key', status: 'x' }, /key/],
  ['schedule' as const, { name: 'x' }, /onCall/],
])('a %s of the wrong form is refused, naming the field', async (what, body, said) => {
  const response = await put(what, body);
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(said);
});
