import type { AwayTold } from '../../access/away';
import type { MessageContent } from './card';
import { escaped, fit, formatted, mention, moment, plain } from './text';

/** A direct message to one of the two: who answers for whom, until when, and that it is over. */
export function awayContent(told: AwayTold): MessageContent {
  const ours = told.reader === 'by' ? toAbsent(told) : toDelegate(told);
  const theirs = told.what === 'refused' ? told.because : undefined;
  return {
    text: [ours, ...(theirs === undefined ? [] : [escaped(fit(theirs, 1000))])].join(' '),
    blocks: [
      { type: 'section', text: formatted(ours) },
      ...(theirs === undefined ? [] : [{ type: 'section' as const, text: plain(theirs, 1000) }]),
    ],
  };
}

function toAbsent(told: AwayTold): string {
  const who = mention(told.to);
  switch (told.what) {
    case 'said':
      return `You are away until ${moment(told.until)}: ${who} answers for you. They fill your seat and no second one: you and they count once. Say /access back when you are back.`;
    case 'ended':
      return told.how === 'back'
        ? `You are back: since ${moment(told.at)} ${who} answers for you no longer. What they approved before counts.`
        : `Since ${moment(told.at)} ${who} answers for you no longer: the time you gave is over. What they approved before counts.`;
    case 'refused':
      return `Nobody answers for you: what you said about ${who} was refused.`;
  }
}

function toDelegate(told: AwayTold): string {
  const who = mention(told.by);
  switch (told.what) {
    case 'said':
      return `${who} is away until ${moment(told.until)} and named you: what they are asked to approve, you can approve in their seat, where the rules let you. It is one seat: you and they count once, and never for what either of you asks for. Nothing is to be done now.`;
    case 'ended':
      return told.how === 'back'
        ? `${who} is back: since ${moment(told.at)} you answer for them no longer. What you approved before counts.`
        : `Since ${moment(told.at)} you answer for ${who} no longer: the time they gave is over. What you approved before counts.`;
    case 'refused':
      return `${who} wanted to name you while they are away, and it was refused: nothing has changed.`;
  }
}
