import type { KnownBlock } from '@slack/types';
import { durationText } from '../../access/duration';
import type { Alarm, ApprovedForLess, ApprovedWithin, Notice } from '../../access/messages';
import { ACTIONS } from '../surface';
import { button, buttons } from './button';
import type { MessageContent } from './card';
import { escaped, fit, formatted, mention, moment, plain, trailText } from './text';

/** Ours is formatted, theirs is plain: what people or configuration wrote never meets the formatter. */
type Line = { ours: string } | { theirs: string };

/** A direct message about one's own request or grant. */
export function noticeContent(notice: Notice): MessageContent {
  const { role, account } = notice;
  // Nobody knows the account before it was decided.
  const title = account.name === '' ? role.id : `${role.id} in ${account.name}`;
  const lines = linesOf(notice);
  return {
    text: [escaped(fit(`${title}:`, 200)), ...lines.map(lineText)].join(' '),
    blocks: [
      { type: 'header', text: plain(title, 150) },
      ...lines.map(lineBlock),
      ...rowsOf(notice),
    ],
  };
}

/** A message to the channel of those on call. */
export function alarmContent({ title, text, requestId, grantId }: Alarm): MessageContent {
  const about = [requestId, grantId].filter(Boolean).join(' · ');
  return {
    text: escaped(fit(`${title}. ${text} ${about}`, 3000)),
    blocks: [
      { type: 'header', text: plain(title, 150) },
      { type: 'section', text: plain(text) },
      ...(about ? [{ type: 'context' as const, elements: [plain(about, 200)] }] : []),
    ],
  };
}

const lineBlock = (line: Line): KnownBlock => ({
  type: 'section',
  text: 'ours' in line ? formatted(line.ours) : plain(line.theirs, 1500),
});

const lineText = (line: Line): string =>
  'ours' in line ? line.ours : escaped(fit(line.theirs, 1500));

function linesOf(notice: Notice): Line[] {
  switch (notice.kind) {
    case 'waiting':
      return notice.outcome === undefined
        ? [
            { theirs: `With its reviewers in ${notice.channel}. Needs: ${notice.rule}.` },
            ...lessLines(notice),
            ...(notice.whoMay ? [{ theirs: notice.whoMay }] : []),
            ...(notice.remindedAt === undefined
              ? []
              : [{ ours: `They were reminded ${moment(notice.remindedAt)}.` }]),
            { ours: `Without an answer it lapses ${moment(notice.answerBy)}.` },
          ]
        : [{ theirs: `Was with its reviewers in ${notice.channel}: ${notice.outcome}.` }];
    case 'held-up':
      return heldUpLines(notice);
    case 'refused':
      return [
        { theirs: `Refused: ${notice.because}` },
        ...(notice.wouldPass ? [{ theirs: notice.wouldPass }] : []),
      ];
    case 'denied':
      return [
        { ours: `Denied by ${mention(notice.by)}.` },
        ...(notice.reason ? [{ theirs: `Reason: ${notice.reason}` }] : []),
      ];
    case 'withdrawn':
      return [{ ours: 'You withdrew this request. Nothing was granted.' }];
    case 'reviewed':
      return [
        { ours: `${REVIEWED[notice.verdict]} ${mention(notice.by)}.` },
        ...(notice.note ? [{ theirs: notice.note }] : []),
      ];
    case 'expired':
      return [
        { ours: 'Nobody who may approve it answered in time. Nothing was granted.' },
        { theirs: `It needs: ${notice.rule}.` },
      ];
    case 'active':
      return activeLines(notice);
    case 'ended':
      return endedLines(notice);
  }
}

function heldUpLines({ outcome, breakGlass }: Extract<Notice, { kind: 'held-up' }>): Line[] {
  if (outcome !== undefined)
    return [{ ours: `This had to wait for a part that did not answer: ${outcome}.` }];
  return [
    {
      ours: 'Curfew cannot decide on this yet: the directory, or another part that it needs, does not answer. Until then nothing is granted.',
    },
    {
      ours: breakGlass
        ? 'It goes on by itself when that part is back. If it cannot wait, call whoever is on call, and use the emergency way that your company keeps beside Curfew.'
        : 'It goes on by itself when that part is back; you need not ask again.',
    },
  ];
}

/** The difference, where somebody approved less than was asked. */
function lessLines({ less, within }: Narrowed): Line[] {
  const reasons = [...new Set([less?.reason, within?.reason])];
  return [
    ...(less
      ? [
          {
            ours: `You asked for ${durationText(less.askedMinutes)}; ${mention(less.by)} approved *${durationText(less.durationMinutes)}*.`,
          },
        ]
      : []),
    ...(within
      ? [
          {
            ours: `You asked for all that the role may; ${mention(within.by)} approved *${escaped(within.scope)}* of it.`,
          },
        ]
      : []),
    ...reasons.flatMap((reason) => (reason ? [{ theirs: `Why less: ${reason}` }] : [])),
  ];
}

interface Narrowed {
  less?: ApprovedForLess & { askedMinutes: number };
  within?: ApprovedWithin;
}

function activeLines(notice: Extract<Notice, { kind: 'active' }>): Line[] {
  if (notice.state === 'ended') return [{ ours: 'This access has ended.' }];
  if (notice.state === 'ending') {
    return [
      { ours: 'This access is being taken back; a message follows once it was seen denied.' },
    ];
  }
  const goesOn = notice.extends === undefined ? '' : ` It goes on from ${notice.extends}.`;
  const until = { ours: `Yours until ${moment(notice.until)}. It ends by itself.${goesOn}` };
  const yours = [until, ...lessLines(notice)];
  if (notice.signIn !== undefined) return [...yours, { theirs: notice.signIn }];
  if (notice.words !== undefined) {
    return [...yours, { ours: 'Does your terminal show these words?' }, { theirs: notice.words }];
  }
  if (notice.connected === true) {
    return [...yours, { ours: 'Your terminal is connected: the line it printed signs you in.' }];
  }
  if (notice.extends !== undefined) {
    const same = 'A terminal that was connected to that one goes on by itself; else press Connect.';
    return [...yours, { ours: same }];
  }
  return [
    ...yours,
    { ours: 'To sign in, press Connect and run the command it shows in your terminal.' },
  ];
}

const REVIEWED = {
  justified: 'Your break-glass was found justified by',
  'not-justified': 'Your break-glass was found NOT justified by',
} as const;

const HOW = {
  natural: 'Ended as planned',
  end: 'Ended early',
  revoke: 'Revoked',
  lapsed: 'Ended because you no longer have the right to it',
  lost: 'Taken back, because its workflow was stopped',
  failed: 'Could not be made ready, so it was taken back',
} as const;

function endedLines(notice: Extract<Notice, { kind: 'ended' }>): Line[] {
  const by = notice.by ? ` by ${mention(notice.by)}` : '';
  return [
    { ours: `${HOW[notice.how]}${by}: ${trailText(notice)}.` },
    { theirs: notice.statement },
    ...(notice.reason ? [{ theirs: `Reason: ${notice.reason}` }] : []),
    ...(notice.goesOnUntil === undefined
      ? []
      : [{ ours: `It was extended: your access goes on until ${moment(notice.goesOnUntil)}.` }]),
  ];
}

/** After these the person may want the same once more. */
const AGAIN = new Set<Notice['kind']>(['ended', 'denied', 'withdrawn', 'expired', 'refused']);

function rowsOf(notice: Notice): KnownBlock[] {
  const { requestId, grantId } = notice;
  if ((notice.kind === 'waiting' || notice.kind === 'held-up') && notice.outcome === undefined) {
    const nudge = notice.kind === 'waiting' ? [button(ACTIONS.nudge, { requestId })] : [];
    return [buttons(requestId, ...nudge, button(ACTIONS.withdraw, { requestId }))];
  }
  if (AGAIN.has(notice.kind)) return [buttons(requestId, button(ACTIONS.again, { requestId }))];
  if (notice.kind !== 'active' || notice.state !== 'active' || grantId === undefined) return [];
  const about = { requestId, grantId };
  return [
    ...(notice.words === undefined ? [] : [wordButtons({ ...about, words: notice.words })]),
    buttons(
      grantId,
      ...(notice.signIn === undefined
        ? [button(ACTIONS.connect, about, notice.words === undefined ? 'primary' : undefined)]
        : []),
      button(ACTIONS.extend, about),
      button(ACTIONS.endNow, about, 'danger'),
    ),
  ];
}

/** The two answers to "does your terminal show these words?". */
export const wordButtons = (about: {
  requestId: string;
  grantId: string;
  words: string;
}): KnownBlock =>
  buttons(
    `words:${about.grantId}`,
    button(ACTIONS.confirmWords, about, 'primary'),
    button(ACTIONS.rejectWords, about, 'danger'),
  );
