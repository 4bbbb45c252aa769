import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PEOPLE } from '../../sandbox/people';
import { activitiesAlone, type ActivitiesAlone } from '../support/activities-alone';
import { changedExample } from '../support/changed-example';
import { refusalOf } from '../support/refusal-of';
import { badSignIns, goodSignIn } from '../support/sign-in-evidence';
import { temporaryFolder } from '../support/temporary-folder';

const ISSUER = 'https://acme.example';
const ADA = 'U0ADA00001';
const CARLA = 'U0CARLA003';
const GUS = 'U0GUS00007';
const idOf = (user: string): string =>
  PEOPLE.find(({ id }) => id === user)?.directoryId ?? 'nobody';

const folder = temporaryFolder();
let config: string;
let core: ActivitiesAlone;
beforeAll(() => {
  // Of staging-admin, whose route is one owner.
  config = changedExample(folder, (text) =>
    text.replace(
      /(  staging-admin:[\s\S]*?route: one-owner\n)/,
      '$1    stepUp: { maxAge: 2m, acr: [phr] }\n',
    ),
  );
});
beforeEach(async () => {
  core = await activitiesAlone(folder, config, ISSUER);
});
afterEach(() => core.close());

const evidence = () => goodSignIn(ISSUER, idOf(CARLA));

test('an approval with a fresh sign-in of its giver counts, and the evidence is on record', async () => {
  const about = await core.request(ADA, 'staging-admin');
  const seal = await core.review(about, CARLA, { stepUp: evidence() });
  const weighed = await core.activities.weighReviews({
    ...about,
    reviewSeals: [seal],
    latest: seal,
  });
  expect(weighed).toMatchObject({ verdict: 'grant', counted: true });
  expect(core.ledger.entries({ kinds: ['request.reviewed'] })).toMatchObject([
    { data: { stepUp: { issuer: ISSUER, acr: 'phr' } } },
  ]);
  expect(await core.activities.activate({ ...about, reviewSeals: [seal] })).toHaveProperty('until');
});

describe('attack 5: an approval without a fresh sign-in of its giver grants nothing, whatever the workflow says', () => {
  test.each(badSignIns(ISSUER, idOf(CARLA), idOf(GUS)))('%s', async (_, made, told) => {
    const stepUp = made();
    const about = await core.request(ADA, 'staging-admin');
    const seal = await core.review(about, CARLA, stepUp === undefined ? {} : { stepUp });
    const weighing = core.activities.weighReviews({ ...about, reviewSeals: [seal], latest: seal });
    const { message } = await refusalOf(weighing);
    expect(message).toMatch(told);
    expect(message).toMatch(/To approve staging-admin, Carla.*Press Approve/);
    const activating = core.activities.activate({ ...about, reviewSeals: [seal] });
    expect((await refusalOf(activating)).message).toMatch(/0 given.*each signing in afresh/);
    expect(core.ledger.entries({ kinds: ['grant.activated', 'request.reviewed'] })).toEqual([]);
  });

  test('evidence that does not say when is not even signed', async () => {
    const about = await core.request(ADA, 'staging-admin');
    const signed = core.review(about, CARLA, { stepUp: { ...evidence(), authTime: 'never' } });
    await expect(signed).rejects.toThrow(/authTime/);
  });

  test('the evidence of another request’s vote', async () => {
    const [mine, other] = [
      await core.request(ADA, 'staging-admin'),
      await core.request(ADA, 'staging-admin'),
    ];
    const seal = await core.review(other, CARLA, { stepUp: evidence() });
    const weighing = core.activities.weighReviews({ ...mine, reviewSeals: [seal], latest: seal });
    expect((await refusalOf(weighing)).message).toMatch(/other terms/);
  });

  test('and it silences nobody: a denial that comes after one counts', async () => {
    const about = await core.request(ADA, 'staging-admin');
    const yes = await core.review(about, CARLA);
    const no = await core.review(about, GUS, { verdict: 'deny', reason: 'no' });
    expect(
      await core.activities.weighReviews({ ...about, reviewSeals: [yes, no], latest: no }),
    ).toMatchObject({ verdict: 'deny', counted: true });
  });

  test('an installation that has no sign-in believes none', async () => {
    const without = await activitiesAlone(folder, config);
    const about = await without.request(ADA, 'staging-admin');
    const seal = await without.review(about, CARLA, { stepUp: evidence() });
    const weighing = without.activities.weighReviews({
      ...about,
      reviewSeals: [seal],
      latest: seal,
    });
    expect((await refusalOf(weighing)).message).toMatch(/somewhere else/);
    without.close();
  });
});

test('a denial needs none, and roles that demand none are as they were', async () => {
  const denied = await core.request(ADA, 'staging-admin');
  const no = await core.review(denied, CARLA, { verdict: 'deny', reason: 'no' });
  expect(
    await core.activities.weighReviews({ ...denied, reviewSeals: [no], latest: no }),
  ).toMatchObject({ verdict: 'deny', counted: true });
  const plain = await core.request(ADA, 'prod-readonly');
  const yes = await core.review(plain, CARLA);
  expect(
    await core.activities.weighReviews({ ...plain, reviewSeals: [yes], latest: yes }),
  ).toMatchObject({ verdict: 'grant' });
});

test('a grant stays the person’s it was given to, whoever their Slack account is linked to since', async () => {
  const about = await core.request(ADA, 'dev-readonly');
  core.linked.set(ADA, idOf('U0BEN00002'));
  const activating = core.activities.activate({ ...about, reviewSeals: [] });
  expect((await refusalOf(activating)).message).toMatch(/linked to another person since/);
});
