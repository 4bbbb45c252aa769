import { expect, test } from '@jest/globals';
import { breakGlassReviewId } from '../../temporal/workflows/protocol';
import { changedExample } from '../support/changed-example';
import { becomes, eventually, type Core } from '../support/core';
import { mintedKey } from '../support/in-core';
import { temporaryFolder } from '../support/temporary-folder';
import { useCore } from '../support/use-core';

let core: Core;
useCore(
  (started) => {
    core = started;
    // A second person on call.
    for (const [id, person] of core.company)
      if (person.name.startsWith('Ada'))
        core.company.set(id, { ...person, groups: [...person.groups, 'sre-oncall'], onCall: true });
  },
  {
    config: changedExample(temporaryFolder(), (text) =>
      text.replace('review: 24h', 'review: 5s').replace('atOnce: 3', 'atOnce: 1'),
    ),
  },
);

/** The state is set a moment before the message is there. */
const isTold = (requestId: string, words: string) =>
  eventually(
    () => JSON.stringify(core.messenger.notices(requestId)),
    (notices) => notices.includes(words),
  );

const breakGlass = (who: string) => core.request(who, 'prod-admin', { breakGlass: true });

test('one too many in the company is refused, whoever asks; two at the same moment are one', async () => {
  const both = await Promise.all([breakGlass('emil'), breakGlass('ada')]);
  const states = await eventually(
    () => Promise.all(both.map((id) => core.stateOf(id))),
    (seen) => seen.includes('active') && seen.some((one) => one === 'refused' || one === 'ended'),
  );
  const lucky = both[states.indexOf('active')] ?? '';
  const other = both.find((id) => id !== lucky) ?? '';
  expect(core.kindsOf(other)).not.toContain('breakglass.used');
  await isTold(other, '1 is the most at once');
  // It counts until its end was seen, reviewed or not: one that is being taken back may still work.
  const [who, another] = lucky === both[0] ? ['emil', 'ada'] : ['ada', 'emil'];
  const { grantId = '' } = (await core.desk.request(lucky)) ?? {};
  await mintedKey(core, { requestId: lucky, grantId }, who);
  core.aws.state.broken = { look: new Error('STS does not answer') };
  await core.stop(who, lucky, 'end');
  await eventually(
    () => core.kindsOf(lucky),
    (kinds) => kinds.includes('end.written'),
  );
  const early = await breakGlass(another);
  await becomes(core, early, 'refused');
  await isTold(early, '1 is the most at once');
  core.aws.state.broken = undefined;
  await becomes(core, lucky, 'ended');
  const next = await breakGlass(another);
  await becomes(core, next, 'active');
});

test('an overdue review alarms until it is done, and then says so', async () => {
  const used = core.ledger.entries({ kinds: ['breakglass.used'] });
  for (const { requestId = '' } of used) {
    await eventually(
      () => core.messenger.tasks(requestId)[0],
      (task) => task?.overdue === true,
    );
    const alarms = () =>
      core.messenger.alarmsIn('#oncall').filter((one) => one.requestId === requestId);
    await eventually(alarms, (all) => all.some(({ title }) => title.includes('is overdue')));
    expect(core.kindsOf(requestId)).not.toContain('breakglass.reviewed');
    expect(await core.reviewBreakGlass('deniz', requestId)).toMatchObject({ outcome: 'done' });
    await core.client.workflow.getHandle(breakGlassReviewId(requestId)).result();
    expect(alarms().at(-1)).toMatchObject({
      title: expect.stringMatching(/^Over: /),
      text: 'It has been reviewed since.',
    });
    expect(core.messenger.tasks(requestId)[0]?.outcome).toBeDefined();
  }
  expect(used).toHaveLength(2);
});
