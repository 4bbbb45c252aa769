import { REASON_MAX } from '../../access/request';
import { oneLine } from '../blocks/text';

/** What is wrong with a reason, or undefined. Blank to the eye is empty, whatever it is made of. */
export function wrongReason(typed: string, whenEmpty: string): string | undefined {
  if (oneLine(typed) === '') return whenEmpty;
  return typed.length > REASON_MAX ? tooLong(typed, REASON_MAX) : undefined;
}

/** "At most 500 characters; this has 10,000." */
export const tooLong = (text: string, max: number): string =>
  `At most ${max} characters; this has ${text.length.toLocaleString('en')}.`;
