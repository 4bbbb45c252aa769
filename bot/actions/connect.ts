import type { App } from '@slack/bolt';
import { sameChatUser } from '../../access/chat-user';
import { codeModal, makingCodeModal } from '../blocks/modals';
import { onButton, settle, STALE, type Pressed } from '../buttons';
import type { Front } from '../front';
import { openModal } from '../opened-modal';
import type { Click } from '../payloads';
import { ACTIONS } from '../surface';
import { WORDS } from '../words';

const CODE_SECONDS = 120;

/** Shows a connect code to the grant's holder, in a modal that only they can have opened. */
export const connect = (app: App, front: Front): void =>
  onButton(app, front, ACTIONS.connect, async (click, about) => {
    const { grantId } = about;
    if (grantId === undefined) return STALE;
    // The trigger is good for three seconds: first the modal, then the question whether it may hold a code.
    const viewId = await openModal(front, click, makingCodeModal());
    const shown = await showCode(front, { grantId, by: click.by, viewId });
    await settle(front, { ...click, place: { in: 'modal', viewId } }, about, shown);
    return { outcome: 'done' };
  });

async function showCode(
  { desk, codes, client, now }: Front,
  { grantId, by, viewId }: { grantId: string; by: Click['by']; viewId: string },
): Promise<Pressed> {
  const grant = await desk.grant(grantId);
  if (grant === undefined || grant.state !== 'active') {
    return { outcome: 'refused', because: WORDS.notLive };
  }
  if (!sameChatUser(grant.requester, by)) return { outcome: 'refused', because: WORDS.notYours };
  const { code, hash } = codes.newConnectCode(grantId);
  const expiresAt = new Date(now().getTime() + CODE_SECONDS * 1000).toISOString();
  const offered = await desk.offerConnection({
    grantId,
    codeHash: hash,
    expiresAt,
    by,
    shownIn: viewId,
  });
  if (offered.outcome !== 'done') return offered;
  const { role, account } = grant;
  await client.views.update({
    view_id: viewId,
    view: codeModal({ code, role, account, expiresAt }),
  });
  return { outcome: 'done' };
}
