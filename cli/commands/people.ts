import { userInfo } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import type { Ledger } from '../../access/ledger';
import { Links, type Link } from '../../access/links';
import { openLedger, openLedgerToRead } from '../../audit/ledger';
import { CommandFailure } from '../failure';
import { ledgerHere } from '../ledger-here';
import { print } from '../output';

interface Options {
  file?: string;
  json?: boolean;
}

/** Adds `curfew people …`: on the host of the ledger, for whoever may write it. */
export function registerPeople(program: Command): void {
  const people = program.command('people').description('which Slack user is which person');
  people
    .command('list')
    .description('who is linked to whom, since when and how')
    .option('--file <path>', 'the ledger (default: ledger.db in CURFEW_DATA)')
    .option('--json', 'print one line of JSON')
    .action(list);
  people
    .command('unlink <slack-user>')
    .description('undo a link, so that the next use may make another')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--file <path>', 'the ledger (default: ledger.db in CURFEW_DATA)')
    .option('--json', 'print one line of JSON')
    .action(unlink);
}

function list({ json, file }: Options): void {
  const links = reading(file, (ledger) => new Links(ledger).all());
  print(
    json,
    { links },
    links.length === 0
      ? 'Nobody is linked yet.'
      : links
          .map(
            ({ user, person, at, by }) => `${user.user}  ${person}  ${at.slice(0, 10)}  by ${by}`,
          )
          .join('\n'),
  );
}

function unlink(given: string, { json, reason, file }: Options & { reason: string }): void {
  if (reason.trim() === '') throw new CommandFailure(2, '--reason: say why, for the record.');
  // Opening to read first: a mistyped path must not become an empty ledger.
  const link = reading(file, (ledger) => findLink(new Links(ledger).all(), given));
  const ledger = openLedger(fileOf(file));
  try {
    requireNothingLive(ledger, link);
    const at = new Date().toISOString();
    const actor = `host:${userInfo().username}`;
    new Links(ledger).undo(link.user, { actor, reason: reason.trim().slice(0, 500), at });
  } finally {
    ledger.close();
  }
  print(
    json,
    { unlinked: link.user, person: link.person },
    `${link.user.user} is ${link.person} no longer. The next use makes another link, as curfew.yaml says.`,
  );
}

function findLink(links: readonly Link[], given: string): Link {
  const [link, ...others] = links.filter(({ user }) => user.user === given.trim());
  if (link === undefined)
    throw new CommandFailure(
      1,
      `${given} is linked to nobody. curfew people list shows the links.`,
    );
  if (others.length > 0)
    throw new CommandFailure(
      1,
      `${given} is linked in several workspaces, which has no procedure yet.`,
    );
  return link;
}

/** What somebody holds was given to the person they were: it ends before they are somebody else. */
function requireNothingLive(ledger: Ledger, { person }: Link): void {
  const over = ['end.asked', 'grant.ended'] as const;
  const live = ledger
    .entries({ kinds: ['grant.opened'], unless: over })
    .filter(({ actor }) => actor === person)
    .filter(
      ({ grantId }) =>
        grantId !== undefined && ledger.entries({ grantId, kinds: ['grant.activated'] }).length > 0,
    )
    .flatMap(({ grantId }) => grantId ?? []);
  if (live.length > 0)
    throw new CommandFailure(
      1,
      `${person} holds ${live.join(', ')}. Have that revoked first: /revoke with the person, in Slack.`,
    );
}

const fileOf = (file: string | undefined): string => path.resolve(file ?? ledgerHere());

function reading<T>(file: string | undefined, read: (ledger: Ledger) => T): T {
  let ledger: Ledger;
  try {
    ledger = openLedgerToRead(fileOf(file));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure(3, `${why} Name one with --file, or set CURFEW_DATA.`, { cause });
  }
  try {
    return read(ledger);
  } finally {
    ledger.close();
  }
}
