import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { grantId, instant } from '../access/ids';
import { CommandFailure } from './failure';

const jwk = z.record(z.string(), z.unknown());

/** One connected grant as this machine keeps it. The private keys never leave the file (0600). */
export const connectedGrant = z.object({
  grantId,
  server: z.url(),
  role: z.string(),
  account: z.string(),
  expiresAt: instant,
  keys: z.object({ signing: jwk, encryption: jwk }),
  /** A job asked for it: calls for credentials bring its token. */
  ofJob: z.literal(true).optional(),
  /** The last session, still sealed: it is opened in memory only. */
  session: z
    .object({
      sealed: z.string(),
      expiration: instant,
      issuedAt: instant.optional(),
      grantId: grantId.optional(),
    })
    .optional(),
});
export type ConnectedGrant = z.infer<typeof connectedGrant>;

/** Where the command line keeps its state: `CURFEW_HOME`, else `~/.curfew`. */
export interface Home {
  folder: string;
  save(grant: ConnectedGrant): void;
  /** Throws {@link CommandFailure} when this machine was never connected to it. */
  load(id: string): ConnectedGrant;
  list(): ConnectedGrant[];
  forget(id: string): void;
}

export function openHome(environment: NodeJS.ProcessEnv = process.env): Home {
  const folder = path.resolve(environment['CURFEW_HOME'] ?? path.join(homedir(), '.curfew'));
  const grants = path.join(folder, 'grants');
  const fileOf = (id: string): string => path.join(grants, `${id}.json`);
  return {
    folder,
    save(grant) {
      writePrivately(fileOf(grant.grantId), JSON.stringify(grant));
    },
    load(id) {
      if (!grantId.safeParse(id).success) {
        throw new CommandFailure(
          2,
          `GRANT: "${id}" is not a grant id; one looks like g-abcdefghij.`,
        );
      }
      if (!existsSync(fileOf(id))) {
        throw new CommandFailure(
          1,
          `This machine is not connected to ${id}. Press Connect in the chat, then run: curfew connect CODE`,
        );
      }
      return read(fileOf(id));
    },
    list() {
      if (!existsSync(grants)) return [];
      const files = readdirSync(grants).filter((name) => name.endsWith('.json'));
      return files
        .map((name) => read(path.join(grants, name)))
        .toSorted((a, b) => (a.expiresAt < b.expiresAt ? 1 : -1));
    },
    forget: (id) => rmSync(fileOf(id), { force: true }),
  };
}

function read(file: string): ConnectedGrant {
  try {
    return connectedGrant.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CommandFailure(
      1,
      `${file} cannot be read. Delete it, and connect the grant again from the chat.`,
      { cause },
    );
  }
}

/** Whole or not at all, and for nobody else to read. */
export function writePrivately(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.part`;
  writeFileSync(draft, text, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}
