import { expect, test } from '@jest/globals';
import { becomes, type Core } from '../support/core';
import { approvedGrant, ended, runAnew } from '../support/in-core';
import { useCore } from '../support/use-core';

let core: Core;
useCore((started) => {
  core = started;
});

test('a granted request that is reset without what was said, and nobody says it again, ends with its window', async () => {
  const grant = await approvedGrant(core, 1);
  const { requestId } = grant;
  await runAnew(core, requestId, true);
  await becomes(core, requestId, 'waiting');
  await ended(core, grant);
  const kinds = core.kindsOf(requestId);
  expect(kinds).not.toContain('request.expired');
  expect(kinds.filter((kind) => kind === 'grant.ended')).toHaveLength(1);
  expect(core.ledger.entries({ requestId, kinds: ['end.asked'] })[0]?.data['how']).toBe('natural');
  expect(core.messenger.cards(requestId).map(({ state }) => state)).toEqual(['ended']);
}, 120_000);
