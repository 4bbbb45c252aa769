import type { Quarantine } from '../../access/quarantine';
import { ACTIONS } from '../surface';
import { button, buttons } from './button';
import type { MessageContent } from './card';
import { escaped, fit, formatted, mention, moment, plain } from './text';

/** Access that nobody asked for: whose it was, until when somebody may answer, and what became of it. */
export function quarantineContent(found: Quarantine): MessageContent {
  const { holder, holderName, role, account, grantId, removedAt, foundAt } = found;
  const title = `Nobody asked for this: ${holderName} has ${role.id} in ${account.name}`;
  const who = holder ? mention(holder) : 'Somebody';
  const ours = [
    `${who} was given it with ${grantId}; it was seen removed ${moment(removedAt)}.`,
    `It was there again ${moment(foundAt)}, and no grant needed it: somebody gave it around Curfew.`,
    ...standingOf(found),
  ];
  const theirs = statementOf(found);
  return {
    text: [
      escaped(fit(`${title}.`, 300)),
      ...ours,
      ...theirs.map((line) => escaped(fit(line, 1000))),
    ].join(' '),
    blocks: [
      { type: 'header', text: plain(title, 150) },
      { type: 'section', text: formatted(ours.join('\n')) },
      ...theirs.map((line) => ({ type: 'section' as const, text: plain(line, 1000) })),
      ...(isAnswerable(found) ? [answers(found)] : []),
    ],
  };
}

const isAnswerable = ({ standing: { stage } }: Quarantine): boolean =>
  stage === 'open' || stage === 'held';

function standingOf({ standing: now, removeAt }: Quarantine): string[] {
  switch (now.stage) {
    case 'open':
      return [
        `It is removed ${moment(removeAt)}, unless a grant needs it by then.`,
        'Keep is for whoever holds it, and opens an ordinary request.',
      ];
    case 'held':
      return [
        'It is *not* removed by itself: so many were found together that it may be a mistake of ours. Somebody has to decide.',
        'Keep is for whoever holds it, and opens an ordinary request.',
      ];
    case 'removing':
      return [
        `Its removal was asked ${now.by ? `by ${mention(now.by)} ` : 'because nobody answered in time, '}${moment(now.askedAt)}; it was not yet seen gone.`,
      ];
    case 'removed':
      return [
        `*Removed*${now.by ? ` on the word of ${mention(now.by)}` : ', because nobody answered in time'}; seen gone ${moment(now.at)}.`,
      ];
    case 'kept':
      return [`*Kept* ${moment(now.at)}: a grant needs it now, and it ends with that.`];
    case 'gone':
      return [`*Gone* ${moment(now.at)}: somebody else took it away.`];
  }
}

const statementOf = ({ standing: now }: Quarantine): string[] =>
  now.stage === 'removed' || now.stage === 'kept' ? [now.statement] : [];

function answers({ quarantineId, requestId, grantId }: Quarantine) {
  const about = { requestId, grantId, quarantineId };
  return buttons(
    quarantineId,
    button(ACTIONS.removeNow, about, 'danger'),
    button(ACTIONS.keep, about),
  );
}
