import { wayBlocks, wayModal } from './blocks/way';
import { sentenceModal } from './blocks/modals';
import { escaped } from './blocks/text';
import type { Front, Way } from './front';
import type { Click } from './payloads';
import { publishHome } from './home';

type Answering = Pick<Front, 'client' | 'log' | 'desk'>;

/**
 * Says a sentence to the person who pressed a button, and to nobody else: in the modal they are in,
 * else in a new one, else beside the message, else as a direct message. May come with a way to go.
 */
export async function answerClick(
  front: Answering,
  click: Click,
  said: string | Way,
): Promise<void> {
  for (const way of waysTo(front, click, said)) {
    try {
      await way();
      return;
    } catch (error) {
      // A trigger is good once and for three seconds, a view may be closed: then the next way.
      front.log.info({ error: messageOf(error) }, 'a private answer takes another way');
    }
  }
  front.log.error({ action: click.action }, 'a private answer could not be given');
}

function waysTo(
  { client }: Answering,
  click: Click,
  said: string | Way,
): (() => Promise<unknown>)[] {
  const { place, triggerId, by } = click;
  const view = typeof said === 'string' ? sentenceModal(said) : wayModal(said);
  const message =
    typeof said === 'string'
      ? { text: escaped(said) }
      : { text: escaped(said.say), blocks: wayBlocks(said) };
  const open = () => client.views.open({ trigger_id: triggerId ?? '', view });
  const direct = () => client.chat.postMessage({ channel: by.user, ...message });
  switch (place.in) {
    case 'modal':
      return [() => client.views.update({ view_id: place.viewId, view }), direct];
    case 'home':
      return [open, direct];
    case 'message':
      return [
        open,
        () => client.chat.postEphemeral({ channel: place.channel, user: by.user, ...message }),
        direct,
      ];
  }
}

/** Repaints what the click was pressed in, where nothing else does. */
export async function repaintPlace(front: Answering, click: Click, say?: string): Promise<void> {
  if (click.place.in === 'home') await publishHome(front, click.by);
  if (click.place.in === 'modal' && say !== undefined) await answerClick(front, click, say);
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
