import path from 'node:path';
import { expect, test } from '@jest/globals';
import { loadBundle } from '../../config/bundle';
import { packageRoot } from '../../config/root';
import { untold } from '../../temporal/fact-sources';

const tickets = { name: 'a tracker', find: async () => undefined };
const rota = { name: 'a rota', onCall: async () => [] };
const { catalog, policy } = loadBundle(path.join(packageRoot, 'policy/examples/ticket-checked'));

test('rules on facts that nobody is there to tell are named at the start, with what to set', () => {
  expect(untold(policy, catalog, {})).toEqual([expect.stringContaining('CURFEW_JIRA_URL')]);
  expect(untold(policy, catalog, { tickets })).toEqual([]);
  const scheduled = { roles: () => catalog.roles(), onCallSchedules: ['primary'] };
  expect(untold({ reads: () => false }, scheduled, {})).toEqual([
    expect.stringMatching(/the schedule primary.*CURFEW_PAGERDUTY_API_TOKEN/),
  ]);
  expect(untold({ reads: () => false }, scheduled, { rota })).toEqual([]);
  const escalate = { afterSeconds: 60, to: { schedule: 'primary' }, page: false };
  const roles = catalog
    .roles()
    .map((role) => ({ ...role, calls: { remindSeconds: [], escalate } }));
  const called = { roles: () => roles, onCallSchedules: [] };
  expect(untold({ reads: () => false }, called, {})).toEqual([
    expect.stringMatching(/escalates to the schedule primary.*CURFEW_PAGERDUTY_API_TOKEN/),
  ]);
  expect(untold({ reads: () => false }, called, { rota })).toEqual([]);
});
