import { expect, test } from '@jest/globals';
import { changedExample } from '../support/changed-example';
import { becomes, chat, type Core } from '../support/core';
import { eventually as soon } from '../support/eventually';
import { connectedReceiver, waitingRequest } from '../support/in-core';
import { temporaryFolder } from '../support/temporary-folder';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => (core = started), {
  config: changedExample(temporaryFolder(), (text) =>
    text.replace(
      /(  staging-admin:[\s\S]*?route: one-owner\n)/,
      "$1    scopes: [{ name: reading, actions: ['s3:Get*'] }]\n",
    ),
  ),
});

test('approved within a scope: the sessions carry it, from signed votes alone, and everybody reads it', async () => {
  const requestId = await waitingRequest(core);
  expect(await core.review('carla', requestId, 'approve', { scope: 'everything' })).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('the scope everything, which staging-admin does not have'),
  });
  const reason = 'no need to write';
  expect(
    await core.review('carla', requestId, 'approve', { scope: 'reading', reason }),
  ).toMatchObject({
    effect: 'approved',
    note: 'Approved, within reading. The grant is being activated.',
  });
  await becomes(core, requestId, 'active');
  const { grantId = '', durationMinutes } = (await core.desk.request(requestId)) ?? {};
  expect(durationMinutes).toBe(30);
  const within = { scope: 'reading', by: chat('carla'), reason };
  await soon(() => {
    expect(core.messenger.cards(requestId)[0]).toMatchObject({ within, scopes: ['reading'] });
    expect(core.messenger.notices(requestId)).toContainEqual(
      expect.objectContaining({ kind: 'active', within }),
    );
  });

  await (await connectedReceiver(core, { requestId, grantId })).mint();
  expect(core.aws.sessionsOf(grantId).at(-1)).toMatchObject({ scope: 'reading' });
  for (const kind of ['request.reviewed', 'grant.activated', 'mint.intended'] as const)
    expect(core.ledger.entries({ requestId, kinds: [kind] }).at(-1)?.data).toMatchObject({
      scope: 'reading',
    });
});
