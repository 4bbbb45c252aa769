import type { KnownBlock, ModalView } from '@slack/types';
import type { Way } from '../front';
import { WAYS } from '../surface';
import { escaped, plain } from './text';

/** A sentence, and a button that leads to a page. */
export const wayBlocks = ({ say, url, label }: Way): KnownBlock[] => [
  { type: 'section', text: plain(say) },
  {
    type: 'actions',
    elements: [
      { type: 'button', action_id: WAYS.signIn, text: plain(label, 75), url, style: 'primary' },
    ],
  },
];

export const wayModal = (way: Way): ModalView => ({
  type: 'modal',
  title: plain('Curfew', 24),
  close: plain('Close', 24),
  blocks: wayBlocks(way),
});

/** The answer to a command, for whoever typed it alone. */
export const wayMessage = (way: Way) => ({
  response_type: 'ephemeral' as const,
  text: escaped(way.say),
  blocks: wayBlocks(way),
});
