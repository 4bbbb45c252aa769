import { expect, test } from '@jest/globals';
import type { RoleSessions } from '../../access/session';
import { createActivities } from '../../temporal/activities';
import { becomes, eventually, type Core } from '../support/core';
import { connectedReceiver, ended } from '../support/in-core';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => {
  core = started;
});

test('a mint that stalls in STS until after the revoke is on the list, and its fence was fixed before', async () => {
  const signed = await core.signRequest('ada', 'dev-readonly');
  await core.desk.open(signed);
  const { requestId } = signed.statement.request;
  await becomes(core, requestId, 'active');
  const grant = { requestId, grantId: (await core.desk.request(requestId))?.grantId ?? '' };
  const { receiver, connectSeal, proof } = await connectedReceiver(core, grant);

  let release = (): void => undefined;
  const stalled: RoleSessions = {
    async mint(order) {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return core.aws.roleSessions.mint(order);
    },
  };
  const { mint } = createActivities({ ...core.deps, sessions: stalled });
  const order = { requestSeal: signed.seal, reviewSeals: [], connectSeal, receiver };
  const zombie = mint({ ...order, proof: await proof() });
  const [intent] = await eventually(
    () => core.ledger.entries({ grantId: grant.grantId, kinds: ['mint.intended'] }),
    (intents) => intents.length === 1,
  );
  await core.stop('emil', requestId, 'revoke', 'stolen');
  await ended(core, grant);
  release();
  const { accessKeyId, expiration } = await zombie;
  expect(core.aws.isAllowed(accessKeyId)).toBe(false);
  expect(expiration).toBe(intent?.data['fence']);
  expect(Date.parse(expiration)).toBeLessThanOrEqual(Date.parse(intent?.at ?? '') + 900_000);
  await expect(mint({ ...order, proof: await proof() })).rejects.toThrow(/over/);
});
