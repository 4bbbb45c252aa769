import { createHash } from 'node:crypto';

/** Draws that depend on a text alone: the same seed is the same plan, on any machine. */
export interface Chance {
  /** From `least` to `most`, both possible. */
  whole(least: number, most: number): number;
  /** Happens so often, from 0 to 1. */
  happens(probability: number): boolean;
  one<const T>(of: readonly T[]): T;
  /** Each as often as its weight says. */
  weighed<const T>(of: readonly (readonly [T, number])[]): T;
}

export function chance(seed: string): Chance {
  let count = 0;
  const fraction = (): number => {
    const digest = createHash('sha256').update(`${seed}\n${count}`).digest();
    count += 1;
    return digest.readUIntBE(0, 6) / 2 ** 48;
  };
  const whole = (least: number, most: number) =>
    least + Math.floor(fraction() * (most - least + 1));
  return {
    whole,
    happens: (probability) => fraction() < probability,
    one: (of) => existing(of[whole(0, of.length - 1)]),
    weighed(of) {
      let left = fraction() * of.reduce((sum, [, weight]) => sum + weight, 0);
      return existing(of.find(([, weight]) => (left -= weight) < 0))[0];
    },
  };
}

function existing<T>(drawn: T | undefined): T {
  if (drawn === undefined) throw new Error('there is nothing to draw from');
  return drawn;
}
