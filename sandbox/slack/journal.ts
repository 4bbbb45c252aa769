import { EventEmitter } from 'node:events';
import type { Delivery } from './page-wire';
import type { Call } from './wire';

const KEPT = 5_000;

/** What went to and fro since the start: for `/sandbox/slack/calls` and the page's pane. */
export interface Journal {
  readonly events: EventEmitter<{ call: [Call]; delivery: [Delivery] }>;
  /** Call the returned function once, with how it ended. */
  startCall(method: string): (end: Pick<Call, 'status' | 'ok' | 'error'>) => void;
  delivered(delivery: Delivery): void;
  /** Oldest first. */
  calls(): Call[];
  deliveries(): Delivery[];
}

export function createJournal(): Journal {
  const events = new EventEmitter<{ call: [Call]; delivery: [Delivery] }>();
  events.setMaxListeners(0);
  const calls: Call[] = [];
  const deliveries: Delivery[] = [];
  const keep = <T>(list: T[], item: T): void => {
    list.push(item);
    if (list.length > KEPT) list.splice(0, list.length - KEPT);
  };

  return {
    events,
    startCall(method) {
      const at = new Date().toISOString();
      const began = performance.now();
      return (end) => {
        const call: Call = { method, at, ms: Math.round(performance.now() - began), ...end };
        keep(calls, call);
        events.emit('call', call);
      };
    },
    delivered(delivery) {
      const masked: Delivery = { ...delivery, payload: mask(delivery.payload) };
      if (delivery.answer !== undefined) masked.answer = mask(delivery.answer);
      keep(deliveries, masked);
      events.emit('delivery', masked);
    },
    calls: () => [...calls],
    deliveries: () => [...deliveries],
  };
}

const SECRET = new Set(['token', 'trigger_id', 'response_url', 'response_urls']);
/** Modals show connect codes: what stands on a surface is not for the pane. */
const SURFACE = new Set(['blocks', 'state', 'hash']);

function mask(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mask);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      if (SECRET.has(key)) return [key, '•••'];
      if (SURFACE.has(key)) return [key, '…'];
      return [key, mask(inner)];
    }),
  );
}
