import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GrantMechanism } from '../../access/catalog';
import { PEOPLE } from '../../sandbox/people';
import { startCore, type Core } from '../support/core';
import { startEngine } from '../support/engine';
import { inMemoryAssignments } from '../support/in-memory-assignments';
import { temporaryFolder } from '../support/temporary-folder';
import { OVERLAPS } from './overlaps/cases';
import { overlapConfig, overlapWorld } from './overlaps/world';

const MECHANISMS: readonly GrantMechanism[] = ['role-session', 'permission-set', 'group'];
const folder = temporaryFolder();
const known = PEOPLE.map(({ directoryId, email }) => ({ id: directoryId, emails: [email] }));
const assignments = {
  'permission-set': inMemoryAssignments(known),
  group: inMemoryAssignments(known, { fenced: false, survivesMs: 3_600_000 }),
};
let core: Core;
const end: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const env = await startEngine();
  end.push(() => env.teardown());
  core = await startCore({ env, folder, config: overlapConfig(folder, OVERLAPS.length) });
  end.push(() => core.close());
  core.deps.assignments = assignments;
});
afterAll(async () => {
  for (const close of end.toReversed()) await close();
});

describe.each(MECHANISMS)(
  'access ends at the latest granted end, and what was permanent stays: %s',
  (mechanism) => {
    const cases = OVERLAPS.flatMap((one, index) =>
      one.only === undefined || one.only.includes(mechanism) ? [{ ...one, index }] : [],
    );

    test.each(cases)('$name', async ({ steps, index }) => {
      const world = overlapWorld(
        core,
        assignments[mechanism === 'group' ? 'group' : 'permission-set'],
        mechanism,
        index,
      );
      for (const step of steps) await world.play(step);
      for (const { grantId } of world.grants.values()) {
        const kinds = core.ledger.entries({ grantId }).map(({ kind }) => kind);
        expect(kinds.filter((kind) => kind === 'grant.ended')).toHaveLength(1);
        expect(kinds.filter((kind) => kind === 'end.observed')).toHaveLength(1);
      }
    });
  },
);
