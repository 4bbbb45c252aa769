import type { Reminder } from '../../access/messages';
import type { MessageContent } from './card';
import { escaped, fit, formatted, mention, moment, namesText, plain } from './text';

/** Beside the card: whose answer is awaited. Naming people here is what notifies them. */
export function reminderContent(reminder: Reminder): MessageContent {
  const ours = oursOf(reminder);
  const theirs = theirsOf(reminder);
  return {
    text: `${ours} ${escaped(fit(theirs, 1000))}`,
    blocks: [
      { type: 'section', text: formatted(ours) },
      { type: 'context', elements: [plain(theirs, 1000)] },
    ],
  };
}

function oursOf(reminder: Reminder): string {
  const who = namesText(reminder.to);
  const awaited = reminder.to.known.length === 0 ? 'an answer' : `one of ${who}`;
  const lapses = `Without an answer it lapses ${moment(reminder.answerBy)}.`;
  switch (reminder.kind) {
    case 'reminder':
      return `Still waiting for ${awaited}. ${lapses}`;
    case 'nudge':
      return `${mention(reminder.by)} asks again: waiting for ${awaited}. ${lapses}`;
    case 'escalation':
      return `${who === '' ? '' : `${who}: `}nobody has decided on this. ${lapses}`;
    case 'stuck':
      return `${who}: as things stand, nobody can approve this. ${lapses}`;
  }
}

function theirsOf(reminder: Reminder): string {
  switch (reminder.kind) {
    case 'reminder':
    case 'nudge':
      return `Needs: ${reminder.rule}`;
    case 'escalation':
      return [
        ...reminder.missed,
        'group' in reminder.of
          ? `Members of ${reminder.of.group}.`
          : `On call by the schedule ${reminder.of.schedule}.`,
        `Being told gives nobody a say. Needs: ${reminder.rule}`,
      ].join(' ');
    case 'stuck':
      return reminder.because;
  }
}
