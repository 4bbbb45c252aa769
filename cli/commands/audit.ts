import path from 'node:path';
import type { Command } from 'commander';
import type { LedgerHead } from '../../access/ledger';
import { openLedgerToRead } from '../../audit/ledger';
import { CommandFailure } from '../failure';
import { ledgerHere } from '../ledger-here';
import { print } from '../output';

interface Options {
  file?: string;
  head?: string;
  json?: boolean;
}

const LATER = [
  ['export', 'write the record for another system'],
  ['pack', 'collect the evidence for an auditor'],
] as const;

/** Adds `curfew audit …`. */
export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('the record of what happened');
  audit
    .command('verify')
    .description('check that nothing on record was changed, removed or put in between')
    .option('--file <path>', 'the ledger (default: ledger.db in CURFEW_DATA)')
    .option(
      '--head <seq:hash>',
      'an entry that was noted elsewhere: also finds a tail that was cut off',
    )
    .option('--json', 'print one line of JSON')
    .action(verify);
  for (const [name, description] of LATER) {
    audit
      .command(name)
      .description(`${description} (not there yet)`)
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw new CommandFailure(
          2,
          `curfew audit ${name} is not there yet. curfew audit verify checks the record where it is.`,
        );
      });
  }
}

function verify(options: Options): void {
  const file = path.resolve(options.file ?? ledgerHere());
  const head = options.head === undefined ? undefined : readHead(options.head);
  const found = verification(file, head);
  if (found.broken !== undefined) {
    process.exitCode = 1;
    print(
      options.json,
      { ok: false, file, ...found },
      `The ledger ${file} was changed: entry ${found.broken} does not fit. ${intact(found.entries)}`,
    );
    return;
  }
  print(
    options.json,
    { ok: true, file, ...found },
    `The ledger ${file} is whole: ${found.entries} entries${head ? `, and entry ${head.seq} is the one that was noted` : ''}.\nHead ${found.entries}:${found.head}`,
  );
}

const intact = (entries: number): string =>
  entries === 0 ? 'Nothing before it can be trusted.' : `Entries 1 to ${entries} are intact.`;

function verification(file: string, head: LedgerHead | undefined) {
  try {
    const ledger = openLedgerToRead(file);
    try {
      return ledger.verify(head);
    } finally {
      ledger.close();
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure(3, `${why} Name one with --file, or set CURFEW_DATA.`, { cause });
  }
}

/** As `verify` prints it. */
function readHead(text: string): LedgerHead {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (seq === undefined || hash === undefined || Number(seq) < 1)
    throw new CommandFailure(
      2,
      `--head: "${text}" is not a number, a colon and 64 hex digits, as curfew audit verify prints them after "Head".`,
    );
  return { seq: Number(seq), hash };
}
