import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  fencedFrom,
  taskFor,
  whose,
  type Claims,
  type OnRecord,
  type Whose,
} from '../../temporal/activities/entitlements';

const AT = Date.parse('2026-01-05T12:00:00.000Z');
const instant = (minute: number): string => new Date(AT + minute * 60_000).toISOString();

type Event =
  | { kind: 'grant'; minutes: number }
  | { kind: 'end'; which: number }
  | { kind: 'by hand'; give: boolean }
  | { kind: 'time'; minutes: number };

/** One person on one target: a directory that does as it is told, and somebody else's hand in it. */
function world() {
  let now = 0;
  let record: OnRecord = 'untouched';
  let held = false;
  let deniedFrom: string | undefined;
  const grants: { until: number; endedAt?: number; written?: true }[] = [];
  const isLive = ({ until, endedAt }: { until: number; endedAt?: number }) =>
    endedAt === undefined && until > now;
  const claims = (): Claims => ({
    record,
    liveUntil: grants.filter(isLive).map(({ until }) => instant(until)),
    endedAt: grants
      .filter((grant) => !isLive(grant) && grant.written !== true)
      .map(({ until, endedAt = until }) => instant(Math.min(until, endedAt))),
    ...(deniedFrom !== undefined && { deniedFrom }),
  });
  const step = (): boolean => {
    const task = taskFor(claims());
    switch (task) {
      case 'look':
        if (!held) record = 'intended';
        else record = 'permanent';
        return !held;
      case 'give':
        held = true;
        record = 'made';
        return true;
      case 'keep':
        held = true;
        return false;
      case 'take':
        deniedFrom = fencedFrom(claims(), new Date(AT + now * 60_000));
        held = false;
        record = 'removed';
        return true;
      case 'leave':
        return false;
    }
  };
  return {
    happen(event: Event): void {
      if (event.kind === 'time') now += event.minutes;
      else if (event.kind === 'by hand') held = event.give;
      else if (event.kind === 'grant') grants.push({ until: now + event.minutes });
      else {
        const live = grants.filter(isLive);
        const grant = live[event.which % Math.max(1, live.length)];
        if (grant) grant.endedAt = now;
      }
    },
    settle(): void {
      while (step());
      for (const grant of grants) if (!isLive(grant)) grant.written = true;
    },
    seen: () => ({
      record,
      held,
      live: claims().liveUntil,
      fence: fencedFrom(claims(), new Date(AT + now * 60_000)),
    }),
  };
}

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('grant' as const), minutes: fc.integer({ min: 1, max: 120 }) }),
  fc.record({ kind: fc.constant('end' as const), which: fc.nat(5) }),
  fc.record({ kind: fc.constant('time' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
);
const byHand = fc.record({ kind: fc.constant('by hand' as const), give: fc.boolean() });

describe('whatever is granted, ended and done by hand, in whatever order', () => {
  test('it is held as long as any grant is live and not longer, and its fence is the latest live end', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 25 }), (events) => {
        const one = world();
        for (const event of events) {
          one.happen(event);
          one.settle();
          const { held, live, fence } = one.seen();
          expect(held).toBe(live.length > 0);
          expect(!held || fence === live.toSorted().at(-1)).toBe(true);
        }
      }),
    );
  });

  test('what was there before the first grant stays, and is never fenced', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 25 }), (events) => {
        const one = world();
        one.happen({ kind: 'by hand', give: true });
        for (const event of events) {
          one.happen(event);
          one.settle();
          expect(one.seen()).toMatchObject({ held: true, fence: undefined });
        }
      }),
    );
  });

  test('whoever needs it has it, and what was once ours never becomes permanent', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyEvent, byHand), { maxLength: 25 }), (events) => {
        const one = world();
        let wasOurs = false;
        for (const event of events) {
          one.happen(event);
          one.settle();
          const { held, live, record } = one.seen();
          expect(held || live.length === 0).toBe(true);
          wasOurs ||= record === 'made';
          expect(!wasOurs || record === 'made' || record === 'removed').toBe(true);
        }
      }),
    );
  });
});

test('after a removal the fence stands for as long as a session may live, and then goes', () => {
  const removed: Claims = {
    record: 'removed',
    liveUntil: [],
    endedAt: [],
    deniedFrom: instant(0),
  };
  expect(fencedFrom(removed, new Date(AT + 719 * 60_000))).toBe(instant(0));
  expect(fencedFrom(removed, new Date(AT + 720 * 60_000))).toBeUndefined();
});

describe('whose it is that somebody holds, by the record alone', () => {
  const later = [instant(60)];
  test.each<[OnRecord | 'nothing', string[], Whose]>([
    ['nothing', [], 'stranger'],
    ['untouched', [], 'stranger'],
    ['untouched', later, 'live'],
    ['permanent', [], 'before'],
    ['permanent', later, 'live'],
    ['intended', [], 'ending'],
    ['intended', later, 'live'],
    ['made', [], 'ending'],
    ['made', later, 'live'],
    ['removed', [], 'unasked'],
    ['removed', later, 'live'],
  ])('%s, with the live grants %p: %s', (record, liveUntil, expected) => {
    expect(whose(record === 'nothing' ? undefined : { record, liveUntil })).toBe(expected);
  });
});
