import type { WebClient } from '@slack/web-api';
import type { Catalog } from '../access/catalog';
import type { AccessDesk } from '../access/desk';
import type { Ledger } from '../access/ledger';
import type { EdgeSigner } from '../access/statement';

/** Structured log, pino's form. Nothing people typed goes in. */
export interface BotLog {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** Makes connect codes; only the hash of one may leave the modal it is shown in. */
export interface ConnectCodes {
  newConnectCode(grantId: string): { code: string; hash: string };
}

/** What every listener works with. */
export interface Front {
  desk: AccessDesk;
  catalog: Catalog;
  signer: EdgeSigner;
  ledger: Ledger;
  codes: ConnectCodes;
  /** For answers to people who wait; the worker's messages have a client of their own. */
  client: WebClient;
  log: BotLog;
  now: () => Date;
}
