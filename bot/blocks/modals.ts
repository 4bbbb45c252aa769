import type { KnownBlock, ModalView } from '@slack/types';
import { wordButtons } from './notices';
import { formatted, moment, plain } from './text';

const modal = (title: string, blocks: KnownBlock[]): ModalView => ({
  type: 'modal',
  title: plain(title, 24),
  close: plain('Close', 24),
  blocks,
});

/** An answer for one person alone. */
export const sentenceModal = (sentence: string): ModalView =>
  modal('Curfew', [{ type: 'section', text: plain(sentence) }]);

/** Stands while the code is made: a modal must open within Slack's three seconds. */
export const makingCodeModal = (): ModalView =>
  modal('Connect a terminal', [{ type: 'section', text: plain('Making a code…') }]);

/** The only place where a connect code is ever shown. */
export const codeModal = (shown: {
  code: string;
  role: string;
  account: string;
  expiresAt: string;
}): ModalView =>
  modal('Connect a terminal', [
    {
      type: 'section',
      text: plain(`For ${shown.role} in ${shown.account}. In your terminal, run:`),
    },
    { type: 'section', text: formatted(`\`\`\`curfew connect ${shown.code}\`\`\``) },
    {
      type: 'context',
      elements: [
        plain(`In the Curfew project itself: npx curfew connect ${shown.code}`),
        formatted(`Works once, until ${moment(shown.expiresAt)}. Give it to nobody.`),
      ],
    },
    {
      type: 'section',
      text: plain('Your terminal then shows four words, and so does this window.'),
    },
  ]);

/** Takes the code's place once a command line has brought it. */
export const wordsModal = (about: {
  requestId: string;
  grantId: string;
  words: string;
}): ModalView =>
  modal('Is this you?', [
    { type: 'section', text: plain('Does your terminal show these words?') },
    { type: 'header', text: plain(about.words, 150) },
    {
      type: 'section',
      text: plain('If it shows others, or none, somebody else used your code: press Not me.'),
    },
    wordButtons(about),
  ]);
