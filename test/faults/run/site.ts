import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import type { Message } from '../../../bench/stack';
import type { Ledger, LedgerEntry, LedgerKind } from '../../../access/ledger';
import { ledgerFile, openLedgerToRead } from '../../../audit/ledger';
import { parseList, REVOCATIONS_POLICY } from '../../../aws/revocation-list';
import { AccountStore } from '../../../sandbox/aws/account-store';
import { startCurfew, type WholeCurfew } from '../../support/whole-curfew';
import { writeCompany } from './company';

/** Longer than any window of a scenario. */
const TURNED_MS = 300_000;

const clockable = ['bot', 'worker', 'sandbox'] as const;
export type Clockable = (typeof clockable)[number];

const taken = z.object({
  taken: z.array(
    z.object({ target: z.string(), operation: z.string(), kind: z.string(), times: z.number() }),
  ),
});

/** A running Curfew, and everything that a run looks at it with. */
export interface Site {
  curfew: WholeCurfew;
  ledger: Ledger;
  temporal: Client;
  /** What a person sees, a second old at most. */
  eyes: (who: string) => Promise<Message[]>;
  /** People do one thing at a time. */
  turn: <T>(who: string, work: () => Promise<T>) => Promise<T>;
  /** The grants that a role's revocation list names at this moment. */
  listed: (roleArn: string) => string[];
  /** Sets the clock of one process; 0 sets it right. */
  setClock: (process: Clockable, seconds: number) => void;
  /** Was AWS's clock set within the last minutes? Then what had ended at its fence may be before it again. */
  awsClockTurned: () => boolean;
  /** AWS's clock, in milliseconds. */
  awsNow: () => number;
  faultsTaken: () => Promise<z.infer<typeof taken>['taken']>;
  stop: () => Promise<void>;
}

const LOOK_AGAIN_MS = 1_000;

/** Starts all of Curfew in `folder`, from this tree or from another that was built. */
export async function openSite(folder: string, root?: string): Promise<Site> {
  const data = path.join(folder, 'data');
  const config = path.join(folder, 'config');
  mkdirSync(data, { recursive: true });
  writeCompany(config);
  const preload = `--require=${path.join(__dirname, 'clock.cjs')}`;
  const env = { CURFEW_CONFIG: config, NODE_OPTIONS: preload };
  const curfew = await startCurfew(data, env, root);
  const ledger = openLedgerToRead(ledgerFile(data));
  const aws = new AccountStore(path.join(data, 'sandbox'));
  const temporal = new Client({ connection: Connection.lazy({ address: curfew.temporalAddress }) });
  const clocks: Partial<Record<Clockable, number>> = {};
  let awsTurnedAt = 0;
  const site: Site = {
    curfew,
    ledger,
    temporal,
    eyes: eyesOn(curfew),
    turn: inTurns(),
    listed(roleArn) {
      const text = aws.inlinePolicies(roleArn).get(REVOCATIONS_POLICY);
      return text === undefined ? [] : parseList(text).grantIds;
    },
    setClock(process, seconds) {
      clocks[process] = seconds * 1000;
      if (process === 'sandbox') awsTurnedAt = Date.now();
      const file = path.join(data, 'clocks.json');
      writeFileSync(`${file}.new`, JSON.stringify(clocks));
      renameSync(`${file}.new`, file);
    },
    awsNow: () => Date.now() + (clocks.sandbox ?? 0),
    awsClockTurned: () => Date.now() - awsTurnedAt < TURNED_MS,
    faultsTaken: async () =>
      taken.parse(await (await fetch(`${curfew.url}/sandbox/faults`)).json()).taken,
    async stop() {
      ledger.close();
      aws.close();
      await temporal.connection.close();
      await curfew.stop();
    },
  };
  return site;
}

export const entryOf = (
  { ledger }: Pick<Site, 'ledger'>,
  requestId: string,
  ...kinds: LedgerKind[]
): LedgerEntry | undefined => ledger.entries({ requestId, kinds, limit: 1 })[0];

function eyesOn(curfew: WholeCurfew): Site['eyes'] {
  const seen = new Map<string, { at: number; messages: Promise<Message[]> }>();
  return (who) => {
    const last = seen.get(who);
    if (last && performance.now() - last.at < LOOK_AGAIN_MS) return last.messages;
    const messages = curfew.messages(who);
    seen.set(who, { at: performance.now(), messages });
    return messages;
  };
}

function inTurns(): Site['turn'] {
  const last = new Map<string, Promise<unknown>>();
  return (who, work) => {
    const next = (last.get(who) ?? Promise.resolve()).then(work, work);
    last.set(
      who,
      next.catch(() => undefined),
    );
    return next;
  };
}
