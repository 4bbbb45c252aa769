import type { KnownBlock, ModalView } from '@slack/types';
import type { DecisionOnRecord, RequestTrace } from '../../access/explanation';
import { fit, formatted, mention, moment, plain } from './text';

/** Slack takes 100 blocks in a modal; each decision on record takes up to three. */
const MOST_RECORDS = 20;
const MOST_PARTS = 15;
const SECTION = 3000;

const modal = (blocks: KnownBlock[]): ModalView => ({
  type: 'modal',
  title: plain('Details', 24),
  close: plain('Close', 24),
  blocks,
});

/** Stands while somebody looks: a modal must open within Slack's three seconds. */
export const lookingModal = (): ModalView => modal([section('Looking…')]);

/** Why a request stands as it does: as of now, and as it was decided. Changes nothing. */
export const traceModal = ({ now, record }: RequestTrace): ModalView =>
  modal([...nowBlocks(now), ...recordBlocks(record)]);

function nowBlocks(now: RequestTrace['now']): KnownBlock[] {
  if (now === undefined)
    return [
      section(
        'How it looks now could not be found out: no worker answered. What is on record stands below.',
      ),
    ];
  return [
    context(formatted(`As of ${moment(now.at)}, under the policy ${shortHash(now.policyHash)}`)),
    ...now.parts
      .slice(0, MOST_PARTS)
      .flatMap(({ title, lines }) => [header(title), section(asLines(lines))]),
  ];
}

function recordBlocks(record: readonly DecisionOnRecord[]): KnownBlock[] {
  if (record.length === 0) return [header('On record'), section('No decision is on record yet.')];
  const shown = record.length > MOST_RECORDS ? record.slice(-MOST_RECORDS) : record;
  return [
    header(shown.length < record.length ? `On record, the last ${shown.length}` : 'On record'),
    ...shown.flatMap((one) => [
      { type: 'section' as const, text: formatted(whatText(one)) },
      ...(one.because ? [section(asLines([one.because]))] : []),
      context(
        plain(`Rules: ${one.policies.join(', ') || 'none'}`, 1500),
        formatted(`policy ${shortHash(one.policyHash)}`),
      ),
    ]),
  ];
}

function whatText({ what, at, by, said, verdict }: DecisionOnRecord): string {
  const answer = verdict === undefined ? '' : `: ${ANSWER[verdict]}`;
  if (what === 'request') return `The request, ${moment(at)}${answer}`;
  const whose = by ? ` of ${mention(by)}` : '';
  return `The ${said === 'deny' ? 'denial' : 'approval'}${whose}, ${moment(at)}${answer}`;
}

const ANSWER = { grant: 'granted', ask: 'more approvals needed', deny: 'refused' } as const;

/** Enough to tell two apart; the ledger has all of it. */
const shortHash = (hash: string): string => (/^[0-9a-f]{12}/.test(hash) ? hash.slice(0, 12) : '–');

// What people or configuration wrote is plain text, a line at a time so that nothing in it breaks lines.
const asLines = (lines: readonly string[]): string =>
  fit(lines.map((line) => plain(line).text).join('\n'), SECTION);
const section = (text: string): KnownBlock => ({
  type: 'section',
  text: { type: 'plain_text', text: fit(text, SECTION) || '–', emoji: false },
});
const header = (text: string): KnownBlock => ({ type: 'header', text: plain(text, 150) });
const context = (...elements: (ReturnType<typeof plain> | ReturnType<typeof formatted>)[]) => ({
  type: 'context' as const,
  elements,
});
