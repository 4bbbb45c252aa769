import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import type { Message } from '../../../bench/stack';
import type { Ledger, LedgerEntry, LedgerKind } from '../../../access/ledger';
import { ledgerFile, openLedgerToRead } from '../../../audit/ledger';
import { parseList, REVOCATIONS_POLICY } from '../../../aws/revocation-list';
import { AccountStore } from '../../../sandbox/aws/account-store';
import { startCurfew, type WholeCurfew } from '../../support/whole-curfew';
import { aheadAt, rightAt } from './clock-step.cjs';
import { writeCompany } from './company';
import { givePermanently } from './standing';

/** A process reads several times within this how its clock will be. */
const HEARD_WITHIN_MS = 1_000;

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
  /**
   * Sets the clock of one process a moment from now, and right again `forMs` later; resolves when it is. AWS's own
   * clock never goes back: it goes slower until it is right.
   */
  setClock: (process: Clockable, seconds: number, forMs?: number) => Promise<void>;
  /** AWS's clock, in milliseconds. */
  awsNow: () => number;
  /** IAM Identity Center as it is, behind every API's back. */
  center: AccountStore['center'];
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
  const clocks: Partial<Record<Clockable, Parameters<typeof aheadAt>[0]>> = {};
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
    async setClock(process, seconds, forMs) {
      const at = Date.now() + HEARD_WITHIN_MS;
      const step = {
        at,
        ms: seconds * 1000,
        ...(forMs !== undefined && { back: at + forMs }),
        slowly: process === 'sandbox',
      };
      clocks[process] = step;
      const file = path.join(data, 'clocks.json');
      writeFileSync(`${file}.new`, JSON.stringify(clocks));
      renameSync(`${file}.new`, file);
      await pause((forMs === undefined ? at : rightAt(step)) - Date.now());
    },
    awsNow: () => Date.now() + (clocks.sandbox ? aheadAt(clocks.sandbox, Date.now()) : 0),
    center: aws.center,
    faultsTaken: async () =>
      taken.parse(await (await fetch(`${curfew.url}/sandbox/faults`)).json()).taken,
    async stop() {
      ledger.close();
      aws.close();
      await temporal.connection.close();
      await curfew.stop();
    },
  };
  await givePermanently(site);
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
