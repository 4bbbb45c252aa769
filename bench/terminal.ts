import { DecodeAuthorizationMessageCommand, STSClient } from '@aws-sdk/client-sts';
import type { Outcome } from '../access/desk';
import type { SessionCredentials } from '../access/grant';
import { newConnectCode } from '../keys/codes';
import { makeProof } from '../keys/proof';
import { newReceiverKeys, thumbprint } from '../keys/receiver';
import { unseal } from '../keys/seal';
import type { BenchCore } from './core';
import { eachOf } from './pace';

/** Connects a terminal to a grant and fetches one session, with the calls that `curfew connect` leads to. */
export async function sessionOf(
  { desk, signer, ada }: BenchCore,
  grantId: string,
): Promise<SessionCredentials> {
  const { keys, receiver } = await newReceiverKeys();
  const { hash } = newConnectCode(grantId);
  const expiresAt = new Date(Date.now() + 120_000).toISOString();
  await answered(() =>
    desk.offerConnection({ grantId, codeHash: hash, expiresAt, by: ada, shownIn: 'bench' }),
  );
  const prove = (path: string) => makeProof(keys.signing, { method: 'POST', path, grantId });
  const proof = await prove('/api/connect');
  await answered(() => desk.bind({ grantId, codeHash: hash, receiver, proof }));
  const confirmation = await signer.sign({
    kind: 'connect',
    grantId,
    signingThumbprint: await thumbprint(receiver.signing),
    encryptionThumbprint: await thumbprint(receiver.encryption),
    by: ada,
    at: new Date().toISOString(),
  });
  await answered(() => desk.confirm(confirmation));
  const order = { grantId, proof: await prove(`/api/grants/${grantId}/credentials`) };
  const { issued } = await answered(() => desk.issue(order));
  return unseal(issued.sealed, keys.encryption);
}

/** Until it is known what became of it: the same call is the same click. */
async function answered<T extends object>(call: () => Promise<Outcome<T>>): Promise<T> {
  for (;;) {
    const outcome = await call();
    if (outcome.outcome === 'done') return outcome;
    if (outcome.outcome === 'refused') throw new Error(outcome.because);
  }
}

const AT_ONCE = 16;

/** How many of the sessions work on AWS, tried from outside as their holders would; nothing of Curfew's is asked. */
export async function countWorking(
  core: BenchCore,
  sessions: readonly SessionCredentials[],
): Promise<number> {
  const tries = await eachOf(sessions, AT_ONCE, sessionTrier(core));
  return tries.filter(Boolean).length;
}

function sessionTrier({ endpoint, region }: BenchCore) {
  const first = new STSClient({ endpoint, region, maxAttempts: 1 });
  return async (session: SessionCredentials): Promise<boolean> => {
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const { requestHandler } = first.config;
    const sts = new STSClient({ endpoint, region, maxAttempts: 1, requestHandler, credentials });
    try {
      await sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'bench' }));
      return true;
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (/InvalidAuthorizationMessage/.test(name)) return true;
      if (/AccessDenied|ExpiredToken/.test(name)) return false;
      throw error;
    }
  };
}
