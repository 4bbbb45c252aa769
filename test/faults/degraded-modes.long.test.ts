import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Core } from '../support/core';
import { ended, liveGrant } from '../support/in-core';
import { temporaryFolder } from '../support/temporary-folder';
import { useCore } from '../support/use-core';
import { outageInCore, SCENES } from './degraded/in-core';
import { keepsPromise } from './degraded/scene';
import { onStack, STACK_SCENES } from './degraded/on-stack';
import { degradedModes, PARTS, STEPS, type Cell, type Part } from './degraded/table';
import { openSite, type Site } from './run/site';

const PATIENCE = 200_000;
const cells = degradedModes();

test('the table says something of every part and every step', () => {
  expect(cells.map(({ part, step }) => `${part}, ${step}`)).toEqual(
    PARTS.flatMap((part) => STEPS.map((step) => `${part}, ${step}`)),
  );
});

const isInCore = (cell: Cell): cell is Cell & { part: Exclude<Part, 'Temporal'> } =>
  cell.part !== 'Temporal';

describe('ports that fail', () => {
  let core: Core;
  useCore((started) => {
    core = started;
  });

  test.each(cells.filter(isInCore))(
    '$part down, $step: $promised',
    async ({ part, step, promised }) => {
      const scene = await SCENES[step](core);
      const outage = outageInCore(core, part);
      await expect(keepsPromise(promised, scene, outage)).resolves.toBeUndefined();
    },
    PATIENCE,
  );

  test(
    'the directory is down, and one’s own grant can be ended all the same',
    async () => {
      const grant = await liveGrant(core);
      const outage = outageInCore(core, 'directory');
      await outage.begin();
      expect(await core.stop('ada', grant.requestId, 'end')).toMatchObject({ outcome: 'done' });
      await ended(core, grant);
      await outage.end();
      expect(core.kindsOf(grant.requestId)).toContain('grant.ended');
    },
    PATIENCE,
  );
});

describe('Temporal’s process is stopped', () => {
  const folder = temporaryFolder();
  let site: Site;
  beforeAll(async () => {
    site = await openSite(folder);
  }, PATIENCE);
  afterAll(() => site?.stop(), 60_000);

  test.each(cells.filter(({ part }) => part === 'Temporal'))(
    '$part down, $step: $promised',
    async ({ step, promised }) => {
      const scene = await STACK_SCENES[step](site);
      await expect(keepsPromise(promised, scene, onStack(site))).resolves.toBeUndefined();
    },
    PATIENCE,
  );
});
