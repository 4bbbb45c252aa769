import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

/**
 * - `429`, `503`: answered in the vendor's own form, nothing is done.
 * - `timeout`: nothing is done and nothing answered; the connection is closed after `ms`.
 * - `drop-after-commit`: it is done, then the connection is closed without an answer.
 * - `duplicate`: delivered twice (what the stand-in sends, not what it is sent).
 * - `slow`: done and answered, after `ms`.
 * - `failed`: taken on, and reported as failed when it would be done (what is asynchronous only).
 */
const faultKind = z.enum([
  '429',
  '503',
  'timeout',
  'drop-after-commit',
  'duplicate',
  'slow',
  'failed',
]);
export type FaultKind = z.infer<typeof faultKind>;

const faultTarget = z.enum(['slack', 'aws', 'directory', 'tickets', 'rota']);
export type FaultTarget = z.infer<typeof faultTarget>;

const DEFAULT_MS: Record<FaultKind, number> = {
  '429': 1_000, // becomes Retry-After, in whole seconds
  '503': 0,
  timeout: 10_000,
  'drop-after-commit': 0,
  duplicate: 0,
  slow: 2_000,
  failed: 0,
};

const faultOrder = z.strictObject({
  target: faultTarget,
  /** Exact name (`chat.postMessage`, `AssumeRole`, `users.get`, `block_actions`); omitted: any. */
  operation: z.string().min(1).optional(),
  kind: faultKind,
  times: z.int().min(1).max(100_000).default(1),
  ms: z.int().min(0).max(120_000).optional(),
});
export type FaultOrder = z.input<typeof faultOrder>;

export interface Fault {
  kind: FaultKind;
  /** How long, in milliseconds: until the hang-up, the answer, or (`429`) Retry-After. */
  ms: number;
}

/** Faults of one kind that really struck this call. */
export interface TakenFaults {
  target: FaultTarget;
  operation: string;
  kind: FaultKind;
  times: number;
}

/** One switchboard for all stand-ins. In memory: a restart heals everything. */
export interface Faults {
  order(order: FaultOrder): void;
  clear(): void;
  pending(): { target: FaultTarget; operation?: string; kind: FaultKind; times: number }[];
  /** What has struck since the start; neither healing nor clearing changes it. */
  taken(): TakenFaults[];
  /**
   * Uses up one time of the oldest fault that fits and returns it. `able` names the kinds the caller can do at this
   * point; faults of other kinds wait for somebody else. `which: 'named'` leaves those that name no operation.
   */
  take(
    target: FaultTarget,
    operation: string | readonly string[],
    able?: readonly FaultKind[],
    which?: 'any' | 'named',
  ): Fault | undefined;
}

/** What a stand-in can do to a call it receives. */
export const CALL_FAULTS: readonly FaultKind[] = [
  '429',
  '503',
  'timeout',
  'drop-after-commit',
  'slow',
];

export function createFaults(): Faults {
  let waiting: (z.output<typeof faultOrder> & { ms: number })[] = [];
  const taken = new Map<string, TakenFaults>();
  const count = (target: FaultTarget, operation: string, kind: FaultKind): void => {
    const key = `${target} ${operation} ${kind}`;
    const times = (taken.get(key)?.times ?? 0) + 1;
    taken.set(key, { target, operation, kind, times });
  };
  return {
    order(order) {
      const fault = faultOrder.parse(order);
      waiting.push({ ...fault, ms: fault.ms ?? DEFAULT_MS[fault.kind] });
    },
    clear() {
      waiting = [];
    },
    pending: () =>
      waiting.map(({ target, operation, kind, times }) =>
        operation === undefined ? { target, kind, times } : { target, operation, kind, times },
      ),
    taken: () => [...taken.values()],
    take(target, operation, able = CALL_FAULTS, which = 'any') {
      const names: readonly string[] = typeof operation === 'string' ? [operation] : operation;
      const fault = waiting.find(
        (one) =>
          one.target === target &&
          able.includes(one.kind) &&
          (one.operation === undefined ? which === 'any' : names.includes(one.operation)),
      );
      if (!fault) return undefined;
      fault.times -= 1;
      count(target, names[0] ?? '', fault.kind);
      if (fault.times === 0) waiting = waiting.filter((one) => one !== fault);
      return { kind: fault.kind, ms: fault.ms };
    },
  };
}

/** Closes the connection without a byte of answer, after `ms`. Return the reply afterwards. */
export async function hangUp(reply: FastifyReply, ms: number): Promise<FastifyReply> {
  reply.hijack();
  await delay(ms);
  reply.raw.destroy();
  return reply;
}

/** `POST`, `GET` and `DELETE /sandbox/faults`. */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
  app.post('/sandbox/faults', async (request, reply) => {
    const order = faultOrder.safeParse(request.body);
    if (!order.success) {
      return reply.code(400).send({ error: z.prettifyError(order.error) });
    }
    faults.order(order.data);
    return { faults: faults.pending() };
  });
  app.get('/sandbox/faults', async () => ({
    faults: faults.pending(),
    taken: faults.taken(),
  }));
  app.delete('/sandbox/faults', async () => {
    faults.clear();
    return { faults: [] };
  });
}
