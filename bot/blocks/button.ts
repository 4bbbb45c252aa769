import type { ActionsBlock, Button } from '@slack/types';
import { writeButtonValue, type ButtonValue } from '../button-value';
import { BUTTONS, type ActionId } from '../surface';
import { plain } from './text';

export const button = (
  action: ActionId,
  value: ButtonValue,
  style?: 'primary' | 'danger',
): Button => ({
  type: 'button',
  action_id: action,
  text: plain(BUTTONS[action], 75),
  value: writeButtonValue(value),
  ...(style ? { style } : {}),
});

/** A row of buttons, named after what it is about so that rows in one view differ. */
export const buttons = (about: string, ...elements: Button[]): ActionsBlock => ({
  type: 'actions',
  block_id: `buttons:${about}`,
  elements,
});
