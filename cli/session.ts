import type { SessionCredentials } from '../access/grant';
import { unseal } from '../keys/seal';
import { api } from './api-client';
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
  const kept = grant.session;
  if (kept && Date.parse(kept.expiration) - now() > RENEW_BELOW_MS) {
    return unseal(kept.sealed, grant.keys.encryption);
  }
  const { sealed, expiration } = await api.credentials({
    server: serverFor(server, grant.server),
    grantId: grant.grantId,
    signing: grant.keys.signing,
  });
  home.save({ ...grant, session: { sealed, expiration } });
  return unseal(sealed, grant.keys.encryption);
}
