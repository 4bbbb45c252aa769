import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createActivities } from '../../temporal/activities';
import { chat, eventually, type Core } from '../support/core';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => {
  core = started;
});

test('a vote names the terms it was given for, and counts for no others of the same request', async () => {
  const signed = await core.signRequest('ada', 'staging-admin');
  await core.desk.open(signed);
  const { requestId } = signed.statement.request;
  await eventually(
    () => core.messenger.cards(requestId)[0]?.state,
    (state) => state === 'waiting',
  );
  const vote = await core.signer.sign({
    kind: 'review',
    requestId,
    termsHash: 'of a longer duration',
    by: chat('carla'),
    verdict: 'approve',
    at: new Date().toISOString(),
  });
  expect(await core.desk.review(vote, randomUUID())).toMatchObject({
    outcome: 'refused',
    because: expect.stringContaining('other terms'),
  });
  const { activate } = createActivities(core.deps);
  await expect(activate({ requestSeal: signed.seal, reviewSeals: [vote.seal] })).rejects.toThrow(
    /other terms/,
  );
  expect(await core.stateOf(requestId)).toBe('waiting');
});
