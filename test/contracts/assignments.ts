import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Assignments, Holder } from '../../access/assignments';
import { Refused } from '../../access/refused';
import type { Target } from '../../access/session';
import { FIRST_START } from './role-sessions';

/** Somewhere that entitlements are, and another hand in it. */
export interface AssignmentsBench {
  assignments: Assignments;
  /** Two people whom the other side knows, somebody it does not, and somebody it knows twice. */
  ada: Holder;
  ben: Holder;
  nobody: Holder;
  /** Known there, until they are deleted. */
  leaver: Holder;
  deletePerson(person: Holder): Promise<void>;
  twice: Holder;
  /** A fresh target, held by nobody. */
  newTarget(): Promise<Target>;
  /** As an administrator would, at a console. */
  giveByHand(target: Target, person: Holder): Promise<void>;
  /** Gives the target to so many others. Returns how many that were, when it holds fewer people. */
  crowd(target: Target, count: number): Promise<number>;
  /** The next removal is reported as failed by the other side. */
  failNextRemoval(): Promise<void>;
  /** From when on everything is denied to whom, by directory id. */
  fences(target: Target): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * What every grant mechanism of standing entitlements promises. `fenced`: it can keep a deny ready; `fails`: the
 * other side can be made to report a failure.
 */
export function assignmentsContract(
  name: string,
  open: () => Promise<AssignmentsBench>,
  { fenced = true, fails = true } = {},
): void {
  describe(`${name} as assignments`, () => {
    let bench: AssignmentsBench;
    let target: Target;
    beforeAll(async () => {
      bench = await open();
    }, FIRST_START);
    beforeEach(async () => {
      target = await bench.newTarget();
    });
    afterAll(() => bench.close());

    const held = async (person: Holder): Promise<boolean> =>
      (await bench.assignments.look(target, person)).held;
    const ids = async (): Promise<string[]> =>
      (await bench.assignments.holders(target)).map(({ id }) => id).sort();

    test('what was assigned is held, and a look says when and where it looked', async () => {
      expect(await held(bench.ada)).toBe(false);
      await bench.assignments.assign(target, bench.ada);
      const seen = await bench.assignments.look(target, bench.ada);
      expect(seen).toMatchObject({ held: true, where: expect.stringMatching(/^in /) });
      expect(Date.parse(seen.at)).not.toBeNaN();
      expect(await held(bench.ben)).toBe(false);
    });

    test('assigning twice is once, and one removal ends it', async () => {
      await bench.assignments.assign(target, bench.ada);
      await bench.assignments.assign(target, bench.ada);
      expect(await ids()).toEqual([bench.ada.id]);
      await bench.assignments.remove(target, bench.ada);
      expect(await ids()).toEqual([]);
      expect(await held(bench.ada)).toBe(false);
    });

    test('removing what is not there is fine', async () => {
      await bench.assignments.remove(target, bench.ada);
      expect(await held(bench.ada)).toBe(false);
    });

    test('what another person holds is left alone', async () => {
      await bench.giveByHand(target, bench.ben);
      await bench.assignments.assign(target, bench.ada);
      await bench.assignments.remove(target, bench.ada);
      expect(await ids()).toEqual([bench.ben.id]);
      expect(await held(bench.ben)).toBe(true);
    });

    test('what was given by hand is seen, and assigning it again changes nothing', async () => {
      await bench.giveByHand(target, bench.ada);
      expect(await held(bench.ada)).toBe(true);
      await bench.assignments.assign(target, bench.ada);
      expect(await ids()).toEqual([bench.ada.id]);
    });

    test('everybody who holds it is found, however many pages that takes', async () => {
      await bench.assignments.assign(target, bench.ada);
      const others = await bench.crowd(target, 250);
      const found = await bench.assignments.holders(target);
      expect(new Set(found.map(({ id }) => id)).size).toBe(others + 1);
      expect(found.find(({ id }) => id === bench.ada.id)).toMatchObject({ foreign: false });
    }, 60_000);

    test.each<['look' | 'assign' | 'remove']>([['look'], ['assign'], ['remove']])(
      'somebody who does not exist there, or exists twice, is refused with what to do: %s',
      async (call) => {
        for (const person of [bench.nobody, bench.twice]) {
          const refused = bench.assignments[call](target, person);
          await expect(refused).rejects.toThrow(Refused);
          await expect(refused).rejects.toMatchObject({ wouldPass: expect.stringMatching(/\w/) });
        }
      },
    );

    test('what somebody held who was deleted there since is taken away, and a look says that they are gone', async () => {
      await bench.assignments.assign(target, bench.leaver);
      const { knownAs } = await bench.assignments.look(target, bench.leaver);
      const gone = { ...bench.leaver, knownAs };
      await bench.deletePerson(bench.leaver);
      await expect(bench.assignments.look(target, bench.leaver)).rejects.toThrow(Refused);
      await bench.assignments.remove(target, gone);
      await bench.assignments.remove(target, gone);
      expect(await bench.assignments.look(target, gone)).toMatchObject({ held: false, gone: true });
      expect(await ids()).toEqual([]);
      await expect(bench.assignments.assign(target, gone)).rejects.toThrow(Refused);
    });

    if (fails)
      test('a removal that failed on the other side throws, and the next one goes on', async () => {
        await bench.assignments.assign(target, bench.ada);
        await bench.failNextRemoval();
        await expect(bench.assignments.remove(target, bench.ada)).rejects.toThrow(/FAILED/);
        await bench.assignments.remove(target, bench.ada);
        expect(await held(bench.ada)).toBe(false);
      });

    const early = '2037-01-01T10:00:00.000Z';
    const late = '2037-01-01T11:00:00.000Z';
    const fence = (...lines: [Holder, string][]) =>
      bench.assignments.fence(
        target,
        lines.map(([person, until]) => ({ person, until })),
      );

    if (!fenced)
      test('it keeps no deny ready, and says what therefore survives', async () => {
        await bench.assignments.assign(target, bench.ada);
        const { writtenAt } = await fence([bench.ada, early]);
        expect(Date.parse(writtenAt)).not.toBeNaN();
        const { survives } = await bench.assignments.look(target, bench.ada);
        expect(survives).toMatchObject({ what: expect.stringMatching(/\w/) });
        expect(Date.parse(survives!.until)).toBeGreaterThan(Date.now());
      });
    else
      describe('its fence', () => {
        test('is what was given last, whole', async () => {
          const { writtenAt, leftOut } = await fence([bench.ada, early], [bench.ben, late]);
          expect(Date.parse(writtenAt)).not.toBeNaN();
          expect(leftOut).toEqual([]);
          expect(await bench.fences(target)).toEqual({
            [bench.ada.id]: early,
            [bench.ben.id]: late,
          });
          await fence([bench.ben, late]);
          expect(await bench.fences(target)).toEqual({ [bench.ben.id]: late });
          await fence();
          expect(await bench.fences(target)).toEqual({});
        });

        test('has one end a person, the latest', async () => {
          await fence([bench.ada, early], [bench.ada, late], [bench.ada, early]);
          expect(await bench.fences(target)).toEqual({ [bench.ada.id]: late });
          await fence([bench.ada, early]);
          expect(await bench.fences(target)).toEqual({ [bench.ada.id]: early });
        });

        test('is written for the rest when somebody cannot be found, who is named', async () => {
          const { leftOut } = await fence(
            [bench.nobody, early],
            [bench.twice, early],
            [bench.ada, late],
          );
          expect(leftOut).toEqual([bench.nobody.id, bench.twice.id]);
          expect(await bench.fences(target)).toEqual({ [bench.ada.id]: late });
        });

        test('of one account leaves the other account’s alone', async () => {
          const elsewhere = { ...target, accountId: '999999999990' };
          await fence([bench.ada, early]);
          await bench.assignments.fence(elsewhere, [{ person: bench.ada, until: late }]);
          expect(await bench.fences(target)).toEqual({ [bench.ada.id]: early });
          expect(await bench.fences(elsewhere)).toEqual({ [bench.ada.id]: late });
          await bench.assignments.fence(elsewhere, []);
          expect(await bench.fences(target)).toEqual({ [bench.ada.id]: early });
        });

        test('that stands is seen, and leaves less alive than none', async () => {
          await bench.assignments.assign(target, bench.ada);
          const before = await bench.assignments.look(target, bench.ada);
          expect(before.survives?.what).toMatch(/session/);
          expect(before.fencedFrom).toBeUndefined();
          await fence([bench.ada, early]);
          const after = await bench.assignments.look(target, bench.ada);
          expect(after.survives).toBeUndefined();
          expect(after.fencedFrom).toBe(early);
        });
      });
  });
}
