import type { SessionCredentials } from '../access/grant';
import { unseal } from '../keys/seal';
import { api, type Caller } from './api-client';
import { CommandFailure } from './failure';
import type { ConnectedGrant, Home } from './home';
import { serverFor } from './server';

/**
 * SDKs ask again and again: botocore below 15 min of life, other SDKs below 5. The same session is
 * served until less than this is left.
 */
const RENEW_BELOW_MS = 300_000;

/** Credentials for this grant: the kept session while it is good, else a new one. In memory only. */
export async function credentialsFor(
  home: Home,
  grant: ConnectedGrant,
  { server, now = Date.now }: { server?: string; now?: () => number } = {},
): Promise<SessionCredentials> {
  const caller: Caller = {
    server: serverFor(server, grant.server),
    grantId: grant.grantId,
    signing: grant.keys.signing,
  };
  const kept = grant.session;
  if (kept && Date.parse(kept.expiration) - now() > RENEW_BELOW_MS) {
    const answering = await requireLive(home, grant, caller);
    if (answering === undefined || answering === (kept.grantId ?? grant.grantId))
      return unseal(kept.sealed, grant.keys.encryption);
  }
  const { sealed, expiration, grantId } = await api.credentials(caller);
  home.save({ ...grant, session: { sealed, expiration, ...(grantId && { grantId }) } });
  return unseal(sealed, grant.keys.encryption);
}

/**
 * A kept session must not outlive its grant on this machine: AWS denies it anyway, and the person should
 * read why. Says which grant answers now: this one, or one that extends it. A server that cannot be
 * reached is no reason to stop work.
 */
async function requireLive(
  home: Home,
  grant: ConnectedGrant,
  caller: Caller,
): Promise<string | undefined> {
  const { over, answering } = await look(caller);
  if (over === undefined) return answering;
  const { session: _dead, ...rest } = grant;
  home.save(rest);
  throw over;
}

async function look(caller: Caller): Promise<{ over?: CommandFailure; answering?: string }> {
  try {
    const { state, answeredBy } = await api.grant(caller);
    if (state === 'active') return { answering: answeredBy ?? caller.grantId };
    const because = `This grant is over: it is ${state}. Ask for access again in the chat.`;
    return { over: new CommandFailure(1, because) };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return error.code === 1 ? { over: error } : {};
  }
}
