import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultKind, Faults } from '../faults';
import type { Activity } from './activity';
import type { Journal } from './journal';

/** When an event that was not acked is sent again, after the first time. */
const EVENT_RETRIES_MS = [0, 60_000, 300_000] as const;

export interface Envelope {
  type: 'slash_commands' | 'interactive' | 'events_api';
  payload: Record<string, unknown>;
  retry?: { number: number; reason: string };
}

/** One of the two ways to the app. */
export interface Transport {
  readonly kind: 'socket' | 'http';
  connected(): boolean;
  /** Resolves with the ack's payload; rejects when it cannot be delivered or the connection breaks. */
  send(envelope: Envelope, signal: AbortSignal): Promise<unknown>;
  /** Breaks what connection there is. */
  hangUp(): void;
}

export interface Order extends Pick<Envelope, 'type' | 'payload'> {
  /** `command`, `block_actions`, `view_submission`, `app_home_opened`, … */
  kind: string;
  subject: string;
  user: string;
}

export type Outcome =
  | { acked: true; ms: number; answer: unknown }
  | { acked: false; ms: number; error: 'operation_timeout' | 'dispatch_failed' };

/** Brings to the app what people do, and waits for its ack as long as Slack would. */
export interface Deliveries {
  /** Never rejects: how it ended is the outcome. */
  deliver(order: Order): Promise<Outcome>;
  /** An event: sent again when it was not acked. Resolves after the first attempt. */
  announce(order: Order): Promise<Outcome>;
  close(): void;
}

const NAMED_FAULTS: readonly FaultKind[] = ['503', 'timeout', 'drop-after-commit', 'slow'];

export function createDeliveries(parts: {
  transport: Transport;
  faults: Faults;
  journal: Journal;
  activity: Activity;
  /** How long an ack may take. */
  ackMs: number;
}): Deliveries {
  const { transport, faults, journal, activity, ackMs } = parts;
  const retries = new Set<NodeJS.Timeout>();

  async function once(order: Order, began: number, retry?: Envelope['retry']): Promise<Outcome> {
    const { type, payload } = order;
    const envelope: Envelope = retry === undefined ? { type, payload } : { type, payload, retry };
    const deadline = AbortSignal.timeout(ackMs);
    const end = activity.begin();
    const late = new Promise<'late'>((resolve) => {
      deadline.addEventListener('abort', () => resolve('late'), { once: true });
    });
    const ms = (): number => Math.round(performance.now() - began);
    try {
      const sent = transport.send(envelope, deadline).then((answer) => ({ answer }));
      const first = await Promise.race([sent, late]);
      if (first === 'late') {
        sent.catch(() => undefined);
        return { acked: false, ms: ms(), error: 'operation_timeout' };
      }
      return { acked: true, ms: ms(), answer: first.answer };
    } catch {
      const error = deadline.aborted ? 'operation_timeout' : 'dispatch_failed';
      return { acked: false, ms: ms(), error };
    } finally {
      end();
    }
  }

  async function attempt(order: Order, retry?: Envelope['retry']): Promise<Outcome> {
    const at = new Date().toISOString();
    const outcome = await faulty(order, retry);
    record(order, outcome, at, retry !== undefined);
    return outcome;
  }

  const record = (order: Order, outcome: Outcome, at: string, repeated: boolean): void =>
    journal.delivered({
      id: randomUUID(),
      kind: order.kind,
      subject: order.subject,
      user: order.user,
      transport: transport.kind,
      at,
      ms: outcome.ms,
      outcome: outcome.acked ? 'acked' : outcome.error,
      repeated,
      payload: order.payload,
      ...(outcome.acked ? { answer: outcome.answer } : {}),
    });

  async function faulty(order: Order, retry?: Envelope['retry']): Promise<Outcome> {
    const began = performance.now();
    const names = [order.kind, order.type];
    if (faults.take('slack', names, ['duplicate'])) {
      const at = new Date().toISOString();
      const [outcome, second] = await Promise.all([
        once(order, began, retry),
        once(order, began, retry),
      ]);
      record(order, second, at, true);
      return outcome;
    }
    // Without a name these are meant for the Web API.
    const fault = faults.take('slack', names, NAMED_FAULTS, 'named');
    const failed = (error: 'operation_timeout' | 'dispatch_failed'): Outcome => ({
      acked: false,
      ms: Math.round(performance.now() - began),
      error,
    });
    if (fault?.kind === '503') return failed('dispatch_failed');
    if (fault?.kind === 'timeout') {
      await delay(Math.min(fault.ms, ackMs));
      return failed('operation_timeout');
    }
    if (fault?.kind === 'slow') await delay(fault.ms);
    const outcome = await once(order, began, retry);
    if (fault?.kind !== 'drop-after-commit' || !outcome.acked) return outcome;
    transport.hangUp();
    return failed('operation_timeout');
  }

  function again(order: Order, number: number, reason: string): void {
    const wait = EVENT_RETRIES_MS[number - 1];
    if (wait === undefined) return;
    const timer = setTimeout(() => {
      retries.delete(timer);
      void attempt(order, { number, reason }).then((outcome) => {
        if (!outcome.acked) again(order, number + 1, reasonOf(outcome));
      });
    }, wait).unref();
    retries.add(timer);
  }

  return {
    deliver: (order) => attempt(order),
    async announce(order) {
      const outcome = await attempt(order);
      if (!outcome.acked) again(order, 1, reasonOf(outcome));
      return outcome;
    },
    close: () => retries.forEach((timer) => clearTimeout(timer)),
  };
}

const reasonOf = (outcome: Extract<Outcome, { acked: false }>): string =>
  outcome.error === 'operation_timeout' ? 'http_timeout' : 'connection_failed';
