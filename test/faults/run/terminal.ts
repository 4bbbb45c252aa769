import { api, type Caller } from '../../../cli/api-client';
import { CommandFailure } from '../../../cli/failure';
import { readConnectCode } from '../../../keys/codes';
import { newReceiverKeys, type ReceiverKeys } from '../../../keys/receiver';
import { unseal } from '../../../keys/seal';
import type { Message } from '../../../bench/stack';
import { callsWith, codeOf } from '../../support/aws-calls';
import type { Keys } from '../../support/aws-stand-in';
import type { HandedOut } from './evidence';
import { confirmWords, connectCode, isOver } from './hands';
import type { Part } from './plan';
import { persist } from './pressing';
import { entryOf, type Site } from './site';

/** A person's terminal: the command line's own code, without a process for each. */
export interface Terminal {
  caller: Caller;
  keys: ReceiverKeys;
}

/** Code, words, Confirm. Undefined when the grant is over before. */
export const connect = (
  site: Site,
  requestId: string,
  { who }: Part,
  active: Message,
): Promise<Terminal | 'over'> =>
  persist(`${who} connects a terminal`, async () => {
    if (isOver(site, requestId)) return 'over';
    const own = entryOf(site, requestId, 'grant.opened')?.grantId;
    const code = await connectCode(site, who, active);
    const grantId = readConnectCode(code ?? '')?.grantId;
    // On top may be the modal of another grant of theirs.
    if (code === undefined || grantId !== own) return undefined;
    const { keys, receiver } = await newReceiverKeys();
    const caller = { server: site.curfew.url, grantId: own ?? '', signing: keys.signing };
    const { words } = await api.connect(caller, { code, receiver });
    return persist(
      `${who} confirms the words`,
      async () => {
        const { stage } = await api.connection(caller);
        if (stage === 'confirmed') return { caller, keys };
        await confirmWords(site, who, requestId, words);
        return undefined;
      },
      30_000,
    );
  });

/** A session of this grant, unsealed: its own terminal asks, or that of the one that it extends. */
export const mint = (
  site: Site,
  requestId: string,
  { caller, keys }: Terminal,
): Promise<HandedOut | 'over'> =>
  persist('the terminal gets a session', async () => {
    const askedAt = site.awsNow();
    try {
      const { sealed } = await api.credentials(caller);
      const { expiration, ...session } = await unseal(sealed, keys.encryption);
      const handedOut = { keys: session, fence: Date.parse(expiration), askedAt };
      return {
        requestId: mintedFor(site, session) ?? requestId,
        through: 'terminal',
        ...handedOut,
      };
    } catch (error) {
      if (isOver(site, requestId)) return 'over';
      throw error;
    }
  });

/** Which grant's session it is: the one that goes on longest answers. */
const mintedFor = ({ ledger }: Site, { accessKeyId }: Keys): string | undefined =>
  ledger.entries({ kinds: ['mint.done'] }).find(({ data }) => data['accessKeyId'] === accessKeyId)
    ?.requestId;

export const endFromTerminal = (
  site: Site,
  requestId: string,
  { caller }: Terminal,
): Promise<string> =>
  persist('the terminal ends it', async () => {
    if (isOver(site, requestId)) return 'heard';
    await api.end(caller);
    return undefined;
  });

/** What somebody is told who asks for a session and must not get one; undefined when they got one. */
export async function refusedMint({ caller }: Terminal): Promise<string | undefined> {
  try {
    await api.credentials(caller);
    return undefined;
  } catch (error) {
    if (error instanceof CommandFailure) return error.message;
    throw error;
  }
}

/** What AWS answers to this session: `ok` or its error's code. */
export async function tryOn(endpoint: string, keys: Keys, aheadSeconds = 0): Promise<string> {
  const calls = callsWith(endpoint, keys);
  calls.setAhead(aheadSeconds);
  try {
    return await codeOf(calls.listBuckets());
  } finally {
    calls.close();
  }
}
