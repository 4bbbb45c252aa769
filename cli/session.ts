import { SESSION_SECONDS } from '../access/fence';
import type { SessionCredentials } from '../access/grant';
import { unseal } from '../keys/seal';
import { api, type Caller } from './api-client';
import { CommandFailure } from './failure';
import type { ConnectedGrant, Home } from './home';
import { jobTokenIn } from './job-token';
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
    ...(grant.ofJob && { token: jobToken }),
  };
  const kept = grant.session;
  if (kept && Date.parse(kept.expiration) - now() > RENEW_BELOW_MS) {
    const { answering, reissueAfter } = await requireLive(home, grant, caller);
    const isSame = answering === undefined || answering === (kept.grantId ?? grant.grantId);
    if (isSame && !isVoid(kept, reissueAfter)) return unseal(kept.sealed, grant.keys.encryption);
  }
  const { sealed, expiration, issuedAt, grantId } = await api.credentials(caller);
  const session = {
    sealed,
    expiration,
    ...(issuedAt && { issuedAt }),
    ...(grantId && { grantId }),
  };
  home.save({ ...grant, session });
  return unseal(sealed, grant.keys.encryption);
}

async function jobToken(): Promise<string> {
  const token = jobTokenIn(process.env);
  if (token === undefined)
    throw new CommandFailure(1, 'A job asked for this access, and its token is not here any more.');
  return token();
}

/** The role was cut by when its sessions were issued. One that does not say is as old as it can be. */
function isVoid(
  { issuedAt, expiration }: NonNullable<ConnectedGrant['session']>,
  reissueAfter: string | undefined,
): boolean {
  const issued =
    issuedAt === undefined ? Date.parse(expiration) - SESSION_SECONDS * 1000 : Date.parse(issuedAt);
  return reissueAfter !== undefined && issued < Date.parse(reissueAfter);
}

/**
 * A kept session must not outlive its grant on this machine: AWS denies it anyway, and the person should
 * read why. Says which grant answers now: this one, or one that extends it; and since when a session must be. A server that cannot be
 * reached is no reason to stop work.
 */
async function requireLive(home: Home, grant: ConnectedGrant, caller: Caller): Promise<Looked> {
  const { over, ...live } = await look(caller);
  if (over === undefined) return live;
  const { session: _dead, ...rest } = grant;
  home.save(rest);
  throw over;
}

/** Nothing is known of a grant whose server cannot be reached. */
interface Looked {
  answering?: string;
  reissueAfter?: string;
}

async function look(caller: Caller): Promise<Looked & { over?: CommandFailure }> {
  try {
    const { state, answeredBy, reissueAfter } = await api.grant(caller);
    if (state === 'active')
      return {
        answering: answeredBy ?? caller.grantId,
        ...(reissueAfter !== undefined && { reissueAfter }),
      };
    const because = `This grant is over: it is ${state}. Ask for access again in the chat.`;
    return { over: new CommandFailure(1, because) };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return error.code === 1 ? { over: error } : {};
  }
}
