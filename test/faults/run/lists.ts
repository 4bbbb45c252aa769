import { setTimeout as pause } from 'node:timers/promises';
import { textOf } from '../invariants/invariant';
import { ROLES } from './company';
import type { Violation } from './evidence';
import type { Site } from './site';

export const CUT_HOLDS = 'the list holds every cut until its sessions are dead';

/** Watches the revocation lists for the whole of a run. */
export interface ListWatch {
  looks: () => number;
  stop: () => Promise<Violation[]>;
}

const EVERY_MS = 700;

export function watchLists(site: Site, notice: (violation: Violation) => void): ListWatch {
  const found = new Map<string, Violation>();
  const cuts = new Map<string, { arn: string; fence: number; requestId: string | undefined }>();
  let upTo = 0;
  let looks = 0;
  let stopped = false;

  function look(): void {
    // The record first: what it says to be written must then be there.
    for (const entry of site.ledger.entries({ kinds: ['end.written'], afterSeq: upTo })) {
      upTo = entry.seq;
      const { grantId, requestId } = entry;
      if (grantId === undefined) continue;
      const fences = site.ledger
        .entries({ grantId, kinds: ['mint.intended'] })
        .map((intent) => Date.parse(textOf(intent, 'fence') ?? ''));
      cuts.set(grantId, {
        arn: textOf(entry, 'targetArn') ?? '',
        fence: Math.max(...fences),
        requestId,
      });
    }
    for (const { arn } of ROLES) {
      const listed = new Set(site.listed(arn));
      for (const [grantId, cut] of cuts) {
        if (cut.arn !== arn || listed.has(grantId) || site.awsNow() >= cut.fence) continue;
        const violation = {
          invariant: CUT_HOLDS,
          seed: '',
          requestId: cut.requestId,
          evidence: `${grantId} was written and is gone from the list, its sessions live until ${new Date(cut.fence).toISOString()}`,
        };
        if (!found.has(grantId)) notice(violation);
        found.set(grantId, violation);
      }
    }
    looks += 1;
  }

  const watching = (async () => {
    while (!stopped) {
      look();
      await pause(EVERY_MS);
    }
  })();

  return {
    looks: () => looks,
    async stop() {
      stopped = true;
      await watching;
      return [...found.values()];
    },
  };
}
