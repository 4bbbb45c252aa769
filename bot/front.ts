import type { WebClient } from '@slack/web-api';
import type { ButtonValue } from './button-value';
import type { ChatUser } from '../access/chat-user';
import type { Catalog } from '../access/catalog';
import type { AccessDesk } from '../access/desk';
import type { Ledger } from '../access/ledger';
import type { AccessRequest } from '../access/request';
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

/** Where to go for something that Slack alone does not settle. */
export interface Way {
  say: string;
  url: string;
  /** On the button. */
  label: string;
}

/** Sends people to sign in at the company directory. */
export interface SignInDesk {
  /** A new link for this chat user alone, when they are linked to nobody and a sign-in is all that is missing. */
  wayToLink(by: ChatUser): Way | undefined;
  /** A new link to approve exactly this, when the role demands a fresh sign-in of whoever does. */
  wayToApprove(
    by: ChatUser,
    about: ButtonValue,
    less: { durationMinutes?: number; scope?: string; reason?: string },
  ): Promise<Way | undefined>;
  /** A new link to confirm the terminal of these words, when the role demands a fresh sign-in before connecting. */
  wayToConnect(
    by: ChatUser,
    about: { requestId: string; grantId: string; words: string },
  ): Promise<Way | undefined>;
  /** A new link to ask for just this by break-glass, when the role demands a fresh sign-in for it. */
  wayToBreakGlass(asked: Omit<AccessRequest, 'submittedAt'>): Way | undefined;
}

/** What every listener works with. */
export interface Front {
  desk: AccessDesk;
  catalog: Catalog;
  signer: EdgeSigner;
  ledger: Ledger;
  codes: ConnectCodes;
  /** There when people can be sent to sign in. */
  signIn?: SignInDesk;
  /** For answers to people who wait; the worker's messages have a client of their own. */
  client: WebClient;
  log: BotLog;
  now: () => Date;
}
