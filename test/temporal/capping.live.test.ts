import { expect, jest, test } from '@jest/globals';
import { createActivities } from '../../temporal/activities';
import { changedExample } from '../support/changed-example';
import { becomes, eventually, type Core } from '../support/core';
import { ended, liveGrant, mintedKey } from '../support/in-core';
import { temporaryFolder } from '../support/temporary-folder';
import { useCore } from '../support/use-core';

jest.setTimeout(120_000);

let core: Core;
useCore(
  (started) => {
    core = started;
  },
  {
    config: changedExample(temporaryFolder(), (text) =>
      text.replace('perPerson: 20', 'perPerson: 2'),
    ),
  },
);

async function endEarly({ minted }: { minted: boolean }): Promise<void> {
  const grant = await liveGrant(core);
  if (minted) await mintedKey(core, grant);
  await core.stop('ada', grant.requestId, 'end');
  await ended(core, grant);
}

test('whoever ended too many early is refused another on that role, and told when it will pass', async () => {
  await endEarly({ minted: false });
  await endEarly({ minted: true });
  const waiting = await liveGrant(core);
  await endEarly({ minted: true });

  const signed = await core.signRequest('ada', 'dev-readonly');
  await core.desk.open(signed);
  const { requestId } = signed.statement.request;
  await becomes(core, requestId, 'refused');
  const [notice] = await eventually(
    () => core.messenger.notices(requestId),
    (notices) => notices.length > 0,
  );
  expect(JSON.stringify(notice)).toMatch(
    /2 of your grants of .* were ended before their time .* 2 is the most .*Ask again in \d+ min\./,
  );
  const [decided] = core.ledger.entries({ requestId, kinds: ['request.decided'] });
  expect(decided?.data).toMatchObject({ verdict: 'deny' });

  // It is about this person and this role, and what is live already goes on.
  expect(await core.stateOf(waiting.requestId)).toBe('active');
  await becomes(core, await core.request('ben', 'dev-readonly'), 'active');
  await becomes(core, await core.request('ada', 'staging-admin'), 'waiting');

  const inMinutes = (minutes: number) =>
    createActivities({ ...core.deps, now: () => new Date(Date.now() + minutes * 60_000) });
  const again = async (minutes: number) => {
    const later = await core.signRequest('ada', 'dev-readonly');
    return (await inMinutes(minutes).decideRequest({ requestSeal: later.seal })).verdict;
  };
  expect(await again(29)).toBe('deny');
  expect(await again(31)).toBe('grant');
});

test('a request that waited meanwhile is refused when it would become active', async () => {
  const signed = await core.signRequest('gus', 'dev-readonly');
  await core.desk.open(signed);
  const { requestId } = signed.statement.request;
  await becomes(core, requestId, 'active');
  const grant = { requestId, grantId: (await core.desk.request(requestId))?.grantId ?? '' };
  await mintedKey(core, grant, 'gus');

  const next = await core.signRequest('gus', 'dev-readonly');
  await createActivities(core.deps).decideRequest({ requestSeal: next.seal });
  await core.stop('gus', requestId, 'end');
  await ended(core, grant);
  const strict = createActivities({
    ...core.deps,
    catalog: { ...core.deps.catalog, revocationsPerPerson: 1 },
  });
  await expect(strict.activate({ requestSeal: next.seal, reviewSeals: [] })).rejects.toThrow(
    /1 is the most for one person/,
  );
  await createActivities(core.deps).activate({ requestSeal: next.seal, reviewSeals: [] });
});
