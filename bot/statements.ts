import type { Outcome } from '../access/desk';
import type { ChatUser } from '../access/chat-user';
import type { AwayStatement, BackStatement, CutWhat, StepUpEvidence } from '../access/statement';
import type { ButtonValue } from './button-value';
import { STALE } from './buttons';
import type { Front } from './front';

/** Signs a vote over the terms that stood on the card and brings it to the desk. */
export async function review(
  { desk, signer, now }: Pick<Front, 'desk' | 'signer' | 'now'>,
  { requestId, termsHash }: ButtonValue,
  vote: { by: ChatUser; clickId: string } & (
    | {
        verdict: 'approve';
        durationMinutes?: number;
        scope?: string;
        reason?: string;
        stepUp?: StepUpEvidence;
      }
    | { verdict: 'deny'; reason: string }
  ),
): Promise<Outcome<{ note?: string }>> {
  if (termsHash === undefined) return STALE;
  const { clickId, ...said } = vote;
  const at = now().toISOString();
  return desk.review(
    await signer.sign({ kind: 'review', requestId, termsHash, at, ...said }),
    clickId,
  );
}

/** Signs what somebody says about a break-glass, and brings it to the desk. */
export async function reviewBreakGlass(
  { desk, signer, now }: Front,
  requestId: string,
  said: { by: ChatUser; verdict: 'justified' | 'not-justified'; note: string },
  clickId: string,
): Promise<Outcome> {
  const at = now().toISOString();
  const signed = await signer.sign({ kind: 'breakGlassReview', requestId, at, ...said });
  return desk.reviewBreakGlass(signed, clickId);
}

/** Signs that the requester wants those reminded who have not answered. */
export async function nudge(
  { desk, signer, now }: Front,
  requestId: string,
  by: ChatUser,
  clickId: string,
): Promise<Outcome> {
  const at = now().toISOString();
  return desk.nudge(await signer.sign({ kind: 'nudge', requestId, by, at }), clickId);
}

/** Signs that somebody wants a request withdrawn, their grant ended, or a grant cut. */
export async function stop(
  { desk, signer, now }: Front,
  requestId: string,
  said: { by: ChatUser; how: 'withdraw' | 'end' | 'revoke'; reason: string },
): Promise<Outcome<{ note: string }>> {
  const at = now().toISOString();
  return desk.stop(await signer.sign({ kind: 'stop', requestId, at, ...said }));
}

/** Signs that access which nobody asked for is to be removed now. */
export async function removeNow(
  { desk, signer, now }: Front,
  { quarantineId }: ButtonValue,
  by: ChatUser,
  clickId: string,
): Promise<Outcome> {
  if (quarantineId === undefined) return STALE;
  const at = now().toISOString();
  return desk.removeNow(await signer.sign({ kind: 'removal', quarantineId, by, at }), clickId);
}

/** Signs that many grants at once are to be cut. */
export async function cut(
  { desk, signer, now }: Front,
  said: { cutId: string; what: CutWhat; reason: string; by: ChatUser },
): Promise<Outcome<{ note: string }>> {
  const at = now().toISOString();
  return desk.cut(await signer.sign({ kind: 'cut', at, ...said }));
}

/** Signs who answers for somebody while they are away. */
export async function sayAway(
  { desk, signer, now }: Front,
  said: Omit<AwayStatement, 'kind' | 'at'>,
): Promise<Outcome<{ note: string }>> {
  const at = now().toISOString();
  return desk.sayAway(await signer.sign({ kind: 'away', at, ...said }));
}

/** Signs that they are back. */
export async function sayBack(
  { desk, signer, now }: Front,
  said: Omit<BackStatement, 'kind' | 'at'>,
): Promise<Outcome<{ note: string }>> {
  const at = now().toISOString();
  return desk.sayBack(await signer.sign({ kind: 'back', at, ...said }));
}
