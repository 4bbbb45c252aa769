import { expect } from '@jest/globals';
import { eventually } from '../../support/eventually';
import type { Promised } from './table';

/** One thing that somebody does, prepared while all was well. */
export interface Scene {
  /** Does it. `because` is what the person reads when it was not done. */
  act: () => Promise<{ outcome: 'done' | 'refused' | 'pending'; because?: string }>;
  /** It is done, by the record. */
  isDone: () => Promise<boolean>;
  /** Everybody who should be is told. */
  isTold: () => Promise<boolean>;
  /** What the person said about it is on record. */
  isHeard: () => Promise<boolean>;
  /** Something that was handed out works in AWS. Always true where it goes on anyway. */
  isUsable: () => Promise<boolean>;
}

/** A part that can be taken away. */
export interface Outage {
  begin: () => Promise<void>;
  end: () => Promise<void>;
  /** It was needed, in vain, twice at least. */
  wasNeeded: () => boolean;
}

const LONG = { withinMs: 90_000, everyMs: 50 };
const becomes = (look: () => Promise<boolean>, seen = true): Promise<void> =>
  eventually(async () => expect(await look()).toBe(seen), LONG);

/** Takes the part away, does it, and holds what happens against what was promised; then gives the part back. */
export async function keepsPromise(
  promised: Promised,
  scene: Scene,
  outage: Outage,
): Promise<void> {
  await outage.begin();
  try {
    await whileItIsDown(promised, scene, outage);
  } finally {
    await outage.end();
  }
  if (promised === 'not now' && !(await scene.isDone())) await tryUntilDone(scene);
  await becomes(scene.isDone);
  await becomes(scene.isTold);
}

async function whileItIsDown(promised: Promised, scene: Scene, outage: Outage): Promise<void> {
  switch (promised) {
    case 'works':
      await scene.act();
      await becomes(scene.isDone);
      await becomes(scene.isTold);
      return;
    case 'works, told later':
      await scene.act();
      await becomes(scene.isDone);
      await eventually(() => expect(outage.wasNeeded()).toBe(true), LONG);
      expect(await scene.isTold()).toBe(false);
      return;
    case 'waits':
      await scene.act();
      await eventually(() => expect(outage.wasNeeded()).toBe(true), LONG);
      expect(await scene.isDone()).toBe(false);
      return;
    case 'not now': {
      const { outcome, because } = await scene.act();
      expect(outcome).not.toBe('done');
      expect(because).toMatch(/\w+ \w+/);
      expect(await scene.isDone()).toBe(false);
      expect(await scene.isUsable()).toBe(true);
      return;
    }
    case 'counts, access waits':
      expect((await scene.act()).outcome).toBe('done');
      await becomes(scene.isHeard);
      await eventually(() => expect(outage.wasNeeded()).toBe(true), LONG);
      expect(await scene.isDone()).toBe(false);
      return;
    case 'ends in AWS, said later':
      await scene.act();
      await becomes(scene.isUsable, false);
      expect(await scene.isDone()).toBe(false);
      expect(await scene.isTold()).toBe(false);
      return;
    case 'asked, cut later':
      await scene.act();
      await becomes(scene.isHeard);
      await eventually(() => expect(outage.wasNeeded()).toBe(true), LONG);
      expect(await scene.isUsable()).toBe(true);
      expect(await scene.isDone()).toBe(false);
      return;
  }
}

const tryUntilDone = (scene: Scene): Promise<void> =>
  eventually(async () => {
    if (!(await scene.isDone())) await scene.act();
    expect(await scene.isDone()).toBe(true);
  }, LONG);
