import { expect, test } from '@jest/globals';
import { type Core } from '../support/core';
import { connectedReceiver, ended, liveGrant } from '../support/in-core';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => {
  core = started;
});

test('a grantee who floods the grant with calls gets one session a minute, and is revoked all the same', async () => {
  const grant = await liveGrant(core);
  const { mint } = await connectedReceiver(core, grant);
  const flood = Promise.all(
    Array.from({ length: 40 }, () => mint().catch(() => ({ outcome: 'pending' }))),
  );
  await core.stop('emil', grant.requestId, 'revoke', 'abuse');
  await flood;
  await ended(core, grant);
  const minted = core.ledger.entries({ grantId: grant.grantId, kinds: ['mint.done'] });
  expect(minted.length).toBeLessThanOrEqual(1);
  // Canaries are minted and thrown away: what counts is what somebody was handed.
  const handedOut = minted.map(({ data }) => data['accessKeyId']);
  const alive = core.aws
    .sessionsOf(grant.grantId)
    .filter(({ accessKeyId }) => core.aws.isAllowed(accessKeyId))
    .filter(({ accessKeyId }) => handedOut.includes(accessKeyId));
  expect(alive).toEqual([]);
  expect(core.kindsOf(grant.requestId).at(-1)).toBe('grant.ended');
});
