import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { exampleFolder } from '../../config/bundle';
import { makeProof } from '../../keys/proof';
import { newReceiverKeys } from '../../keys/receiver';
import { activitiesAlone, type ActivitiesAlone } from '../support/activities-alone';
import { changedExample } from '../support/changed-example';
import { refusalOf } from '../support/refusal-of';
import { temporaryFolder } from '../support/temporary-folder';

const ADA = 'U0ADA00001';
const CARLA = 'U0CARLA003';
const NAMED = /Not before Monday\. By the rule until-monday\./;

const folder = temporaryFolder();
let before: ActivitiesAlone;
beforeEach(async () => {
  before = await activitiesAlone(folder, exampleFolder);
});
afterEach(() => before.close());

/** On the same record, under the example with a rule that came since. */
function since(action: 'Approve' | 'Grant'): Promise<ActivitiesAlone> {
  const config = changedExample(folder, (text) => `${text}\n`);
  writeFileSync(
    path.join(config, 'policies/more.cedar'),
    `@id("until-monday") @advice("Not before Monday.") forbid (principal, action == Curfew::Action::"${action}", resource is Curfew::Role);`,
  );
  return activitiesAlone(folder, config, undefined, before);
}

test.each([
  ['whom a rule forbids to approve', 'Approve'],
  ['of a request that a rule forbids to grant', 'Grant'],
] as const)(
  'a click %s is refused with the name of the rule, also on record',
  async (_, action) => {
    const about = await before.request(ADA, 'staging-admin');
    const seal = await before.review(about, CARLA);
    const { activities } = await since(action);
    const weighed = await activities.weighReviews({ ...about, reviewSeals: [seal], latest: seal });
    expect(weighed).toMatchObject({ counted: false, because: expect.stringMatching(NAMED) });
    expect(before.ledger.entries({ kinds: ['click.refused'] })).toMatchObject([
      { data: { because: expect.stringMatching(NAMED) } },
    ]);
  },
);

test('an activation and a mint are refused with the name of the rule, also on record', async () => {
  const about = await before.request(ADA, 'staging-admin');
  const { grantId } = about;
  const reviewSeals = [await before.review(about, CARLA)];
  const { activities } = await since('Grant');
  const activating = activities.activate({ ...about, reviewSeals });
  expect((await refusalOf(activating)).message).toMatch(NAMED);
  await before.activities.activate({ ...about, reviewSeals });
  const { keys, receiver } = await newReceiverKeys();
  const minting = activities.mint({
    ...about,
    reviewSeals,
    receiver,
    connectSeal: await before.connection(grantId, ADA, { receiver }),
    proof: await makeProof(keys.signing, {
      method: 'POST',
      path: `/api/grants/${grantId}/credentials`,
      grantId,
    }),
  });
  expect((await refusalOf(minting)).message).toMatch(NAMED);
  expect(before.ledger.entries({ kinds: ['mint.refused'] })).toMatchObject([
    { data: { because: expect.stringMatching(NAMED) } },
  ]);
});
