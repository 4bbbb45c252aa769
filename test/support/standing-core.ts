import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach } from '@jest/globals';
import type { Holder } from '../../access/assignments';
import type { DriftTerms } from '../../access/catalog';
import type { Target } from '../../access/session';
import { PEOPLE } from '../../sandbox/people';
import { createActivities } from '../../temporal/activities';
import { DRIFT } from '../../temporal/workflows/protocol';
import { overlapConfig } from '../temporal/overlaps/world';
import { becomes, chat, type Core } from './core';
import { ended } from './in-core';
import { inMemoryAssignments } from './in-memory-assignments';
import { temporaryFolder } from './temporary-folder';
import { useCore } from './use-core';

/**
 * A core with permission sets and groups for at most so many tests. Each test has a set and a group of its own
 * (`role()`), because what happened on a target stays on record.
 */
export function useStandingCore(tests: number) {
  const people = PEOPLE.map(({ directoryId: id, email }) => ({ id, emails: [email] }));
  const sets = inMemoryAssignments(people);
  const groups = inMemoryAssignments(people, { fenced: false, survivesMs: 60_000 });
  let started: Core | undefined;
  useCore((one) => (started = one), { config: overlapConfig(temporaryFolder(), tests) });
  const core = (): Core => {
    if (!started) throw new Error('the core has not started');
    return started;
  };
  let nth = -1;
  beforeAll(() => {
    core().deps.assignments = { 'permission-set': sets, group: groups };
  });
  beforeEach(() => {
    nth += 1;
    drift({ deadlineSeconds: 14_400, removalsPerRun: 100 });
  });

  const role = (kind: 'set' | 'group' = 'set'): string => `${kind}-${String(nth).padStart(2, '0')}`;
  const target = (of = role()): Target => {
    const found = core().deps.catalog.role(of);
    if (!found) throw new Error(`no role ${of}`);
    return { arn: found.targetArn, accountId: found.account.id, region: found.region };
  };
  const person = (name: string): Holder => {
    const found = PEOPLE.find(({ id }) => id === chat(name).user);
    return { id: found?.directoryId ?? '', emails: [found?.email ?? ''] };
  };
  const drift = (terms: DriftTerms): void => {
    core().deps.catalog = { ...core().deps.catalog, drift: terms };
  };
  return {
    core,
    sets,
    groups,
    role,
    target,
    person,
    /** What the configuration says from now on, until the next test. */
    drift,
    look: () => createActivities(core().deps).compareHolders(),
    /** What the schedule starts. */
    run: (): Promise<unknown> =>
      core().client.workflow.execute(DRIFT, {
        workflowId: `drift-${randomUUID()}`,
        taskQueue: core().taskQueue,
      }),
    async granted(name: string, of = role()): Promise<string> {
      const requestId = await core().request(name, of);
      await becomes(core(), requestId, 'active');
      return requestId;
    },
    /** Had it by a grant, which is over. */
    async had(name: string, of = role()): Promise<void> {
      const requestId = await core().request(name, of);
      await becomes(core(), requestId, 'active');
      await core().stop(name, requestId, 'end');
      await ended(core(), { requestId, grantId: '' });
    },
  };
}
