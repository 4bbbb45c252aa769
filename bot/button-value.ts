import { z } from 'zod';
import { grantId, quarantineId, requestId } from '../access/ids';

const buttonValue = z.strictObject({
  requestId,
  grantId: grantId.optional(),
  /** What the person pressing Approve or Deny had before their eyes. */
  termsHash: z.string().min(1).max(128).optional(),
  /** How long was before the eyes of whoever presses Approve, where that is less than was asked, or Approve for less. */
  minutes: z.int().positive().optional(),
  /** The scope that was before their eyes, where that is not all of the role. */
  scope: z.string().min(1).max(75).optional(),
  /** To be chosen from by whoever presses Approve for less. */
  narrower: z.array(z.string().min(1).max(75)).max(9).optional(),
  /** The words that the person pressing Confirm had before their eyes. */
  words: z.string().min(1).max(200).optional(),
  /** What nobody asked for: which finding it is. */
  quarantineId: quarantineId.optional(),
});

/** What a button is about. It travels through Slack and back, so it is read again as anybody's. */
export type ButtonValue = z.infer<typeof buttonValue>;

export const writeButtonValue = (value: ButtonValue): string => JSON.stringify(value);

/** Undefined when it is not one of ours: tampered with, or from another version. */
export function readButtonValue(text: string | undefined): ButtonValue | undefined {
  try {
    return buttonValue.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}
