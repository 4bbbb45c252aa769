import type { Terminal } from './terminal';

/** What the first request of a scenario has come to when the second one may begin on it. */
interface Arrived {
  requestId: string;
  terminal: Terminal | undefined;
}

/** From the first request of a scenario to the second one, and back. */
export interface Relay {
  /** Undefined: it never came so far. Only the first word counts. */
  arrive: (first: Arrived | undefined) => void;
  arrived: Promise<Arrived | undefined>;
  /** The second one is opened, or never will be: the first need not wait for it any more. */
  begin: () => void;
  begun: Promise<void>;
  /** The second one is over, or there is none. */
  over: () => void;
  ended: Promise<void>;
}

export function relay(): Relay {
  const arrived = Promise.withResolvers<Arrived | undefined>();
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  return {
    arrive: arrived.resolve,
    arrived: arrived.promise,
    begin: begun.resolve,
    begun: begun.promise,
    over: ended.resolve,
    ended: ended.promise,
  };
}
