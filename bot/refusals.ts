import type { ChatUser } from '../access/chat-user';
import type { ButtonValue } from './button-value';
import type { Front } from './front';
import { messageOf } from './private-answer';

/** Puts on record that somebody pressed or submitted what they may not, or what is out of date. */
export function recordRefusal(
  { ledger, log, now }: Pick<Front, 'ledger' | 'log' | 'now'>,
  refused: {
    by: ChatUser;
    clickId: string;
    what: string;
    about: ButtonValue | undefined;
    because: string;
    value?: string | undefined;
  },
): void {
  const { by, about } = refused;
  try {
    ledger.append({
      kind: 'click.refused',
      key: `click.refused:${refused.clickId}`,
      at: now().toISOString(),
      ...(about ? { requestId: about.requestId } : {}),
      ...(about?.grantId ? { grantId: about.grantId } : {}),
      actor: `chat:${by.workspace}:${by.user}`,
      data: {
        what: refused.what,
        because: refused.because,
        ...(about === undefined ? { value: (refused.value ?? '').slice(0, 200) } : {}),
      },
    });
  } catch (error) {
    // The person is told all the same: a refusal needs no record to hold.
    log.error({ error: messageOf(error) }, 'a refused click could not be put on record');
  }
}
