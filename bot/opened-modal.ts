import type { ModalView } from '@slack/types';
import type { Front } from './front';
import type { Click } from './payloads';

/** Opens a modal for whoever pressed, and gives its id to fill it later. */
export async function openModal(
  { client }: Front,
  { triggerId }: Click,
  view: ModalView,
): Promise<string> {
  const opened = await client.views.open({ trigger_id: triggerId ?? '', view });
  const viewId = opened.view?.id;
  if (viewId === undefined) throw new Error('Slack opened a modal without an id');
  return viewId;
}
