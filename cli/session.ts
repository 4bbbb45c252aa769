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
    await requireLive(home, grant, caller);
    return unseal(kept.sealed, grant.keys.encryption);
  }
  const { sealed, expiration } = await api.credentials(caller);
  home.save({ ...grant, session: { sealed, expiration } });
  return unseal(sealed, grant.keys.encryption);
}

/**
 * A kept session must not outlive its grant on this machine: AWS denies it anyway, and the person should
 * read why. A server that cannot be reached is no reason to stop work.
 */
async function requireLive(home: Home, grant: ConnectedGrant, caller: Caller): Promise<void> {
  const over = await whyOver(caller);
  if (over === undefined) return;
  const { session: _dead, ...rest } = grant;
  home.save(rest);
  throw over;
}

async function whyOver(caller: Caller): Promise<CommandFailure | undefined> {
  try {
    const { state } = await api.grant(caller);
    if (state === 'active') return undefined;
    return new CommandFailure(
      1,
      `This grant is over: it is ${state}. Ask for access again in the chat.`,
    );
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return error.code === 1 ? error : undefined;
  }
}
