import type { Rota } from '../access/on-call';

/** How old what is said may be. Well below the minute in which whoever goes off call loses what hangs on it. */
const FRESH_MS = 30_000;

/** Asks a rota once in a while, however many ask at once. A failure is not remembered. */
export function rememberedRota(rota: Rota, now: () => number = Date.now): Rota {
  const known = new Map<string, { answer: Promise<readonly string[]>; until: number }>();
  return {
    name: rota.name,
    async onCall(schedule) {
      const last = known.get(schedule);
      if (last && last.until > now()) return last.answer;
      const answer = rota.onCall(schedule);
      const mine = { answer, until: now() + FRESH_MS };
      known.set(schedule, mine);
      try {
        return await answer;
      } catch (error) {
        if (known.get(schedule) === mine) known.delete(schedule);
        throw error;
      }
    },
  };
}
