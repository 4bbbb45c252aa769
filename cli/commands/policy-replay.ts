import path from 'node:path';
import { z } from 'zod';
import { decision, question, type Policy } from '../../access/decision';
import { parseDuration } from '../../access/duration';
import type { LedgerKind } from '../../access/ledger';
import { openLedgerToRead } from '../../audit/ledger';
import { replay, type Flip, type PastDecision } from '../../policy/replay';
import { ledgerHere } from '../ledger-here';
import { usage, type Printed } from './printed';

export interface ReplayOptions {
  /** As people type durations: `90d`. */
  since: string;
  file?: string;
  json?: boolean;
  markdown?: boolean;
}

/** Where decisions stand with what they rested on: at the request, and at each click. */
const DECISIONS: readonly LedgerKind[] = ['request.decided', 'request.reviewed', 'click.refused'];
/** A comment that nobody scrolls through is not read. */
const MOST_IN_COMMENT = 50;

const rested = z.object({ decided: decision.shape.verdict, question });

/** Puts the requests on record to this policy, and says which it would have answered otherwise. */
export function policyReplay(
  policy: Policy,
  { since, file = ledgerHere(), json, markdown }: ReplayOptions,
  now = new Date(),
): Printed {
  const minutes = parseDuration(since);
  if (minutes === undefined)
    return usage(`--since: "${since}" is no duration. Write it as 90d, 12h or 30m.`);
  const from = new Date(now.getTime() - minutes * 60_000).toISOString();
  let record: ReturnType<typeof read>;
  try {
    record = read(path.resolve(file), from);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { code: 3, out: '', err: `${why} Name one with --file, or set CURFEW_DATA.` };
  }
  const flips = replay(policy, record.past);
  const found = { since: from, decisions: record.past.length, without: record.without, flips };
  if (json === true)
    return { code: 0, out: JSON.stringify({ ...found, hash: policy.hash }), err: '' };
  return { code: 0, out: markdown === true ? commentText(found) : plainText(found), err: '' };
}

function read(file: string, since: string): { past: PastDecision[]; without: number } {
  const ledger = openLedgerToRead(file);
  try {
    const entries = ledger.entries({ kinds: DECISIONS, since });
    const past = entries.flatMap(({ requestId, data }): PastDecision[] => {
      const parsed = rested.safeParse(data);
      if (!parsed.success || requestId === undefined) return [];
      return [{ requestId, question: parsed.data.question, verdict: parsed.data.decided }];
    });
    const decided = entries.filter(({ kind }) => kind === 'request.decided');
    const without = decided.filter(({ data }) => !rested.safeParse(data).success).length;
    return { past, without };
  } finally {
    ledger.close();
  }
}

interface Found {
  since: string;
  decisions: number;
  /** Requests whose facts are not on record: refused before policy was asked, or older than this. */
  without: number;
  flips: readonly Flip[];
}

const summary = ({ since, decisions, without, flips }: Found): string => {
  const count = (wanted: Flip['direction']) =>
    flips.filter(({ direction }) => direction === wanted).length;
  return (
    `${decisions} decisions since ${since.slice(0, 10)}: ${count('looser')} requests would get more, ${count('stricter')} less.` +
    (without > 0
      ? ` ${without} were refused before policy was asked, or are from before facts were kept.`
      : '')
  );
};

const becameText = ({ was, is }: Flip): string => `${was} → ${is}`;

const plainText = (found: Found): string =>
  [
    ...found.flips.map(
      (flip) =>
        `${flip.direction} ${becameText(flip)} ${flip.at} ${flip.requestId} ${flip.role} of ${flip.requester}: ${flip.because.join(' ')}`,
    ),
    summary(found),
  ].join('\n');

/** A comment for a pull request. Whatever people typed is shown and never interpreted. */
function commentText(found: Found): string {
  const shown = found.flips.slice(0, MOST_IN_COMMENT);
  const rows = shown.map((flip) =>
    [
      flip.at.slice(0, 16).replace('T', ' '),
      flip.requestId,
      flip.role,
      becameText(flip),
      flip.because.join(' '),
    ]
      .map(cell)
      .join(' | '),
  );
  const more = found.flips.length - shown.length;
  return [
    '### What this policy would have said',
    '',
    summary(found),
    ...(rows.length === 0
      ? []
      : [
          '',
          '| When (UTC) | Request | Role | Was → would be | Why |',
          '| --- | --- | --- | --- | --- |',
          ...rows.map((row) => `| ${row} |`),
        ]),
    ...(more > 0 ? ['', `And ${more} more; \`curfew policy replay\` prints all.`] : []),
  ].join('\n');
}

const cell = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>()#+!|@~]/g, (mark) => `&#${mark.codePointAt(0)};`);
