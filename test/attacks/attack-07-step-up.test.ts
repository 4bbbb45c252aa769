import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StepUpEvidence } from '../../access/statement';
import { makeProof } from '../../keys/proof';
import { newReceiverKeys } from '../../keys/receiver';
import { PEOPLE } from '../../sandbox/people';
import { activitiesAlone, type ActivitiesAlone } from '../support/activities-alone';
import { changedExample } from '../support/changed-example';
import { refusalOf } from '../support/refusal-of';
import { badSignIns, goodSignIn, justGoodSignIns } from '../support/sign-in-evidence';
import { temporaryFolder } from '../support/temporary-folder';

const ISSUER = 'https://acme.example';
const ADA = 'U0ADA00001';
const EMIL = 'U0EMIL0005';
const GUS = 'U0GUS00007';
const idOf = (user: string): string =>
  PEOPLE.find(({ id }) => id === user)?.directoryId ?? 'nobody';

const folder = temporaryFolder();
let config: string;
let core: ActivitiesAlone;
beforeAll(() => {
  config = changedExample(folder, (text) =>
    text
      .replace(
        /(  dev-readonly:[\s\S]*?risk: low\n)/,
        '$1    stepUp: { before: [connect], maxAge: 2m, acr: [phr] }\n',
      )
      .replace(
        /(  prod-admin:[\s\S]*?risk: high\n)/,
        '$1    stepUp: { before: [breakGlass], maxAge: 2m, acr: [phr] }\n',
      ),
  );
});
beforeEach(async () => {
  core = await activitiesAlone(folder, config, ISSUER);
});
afterEach(() => core.close());

/** Ada's live grant, and a terminal of which she says (with this evidence) that it is hers. */
async function terminal(made: () => StepUpEvidence | undefined, role = 'dev-readonly') {
  const about = await core.request(ADA, role);
  const { grantId } = about;
  const { keys, receiver } = await newReceiverKeys();
  await core.activities.activate({ ...about, reviewSeals: [] });
  const stepUp = made();
  const connectSeal = await core.connection(grantId, ADA, { receiver, ...(stepUp && { stepUp }) });
  const path = `/api/grants/${grantId}/credentials`;
  return {
    confirm: () => core.activities.confirmConnection({ ...about, connectSeal, receiver }),
    mint: async () =>
      core.activities.mint({
        ...about,
        reviewSeals: [],
        connectSeal,
        receiver,
        proof: await makeProof(keys.signing, { method: 'POST', path, grantId }),
      }),
  };
}

test('a terminal that its holder confirmed with a fresh sign-in gets a session, and the evidence is on record', async () => {
  const { confirm, mint } = await terminal(() => goodSignIn(ISSUER, idOf(ADA)));
  await confirm();
  expect(await mint()).toHaveProperty('sealed');
  expect(core.ledger.entries({ kinds: ['connect.confirmed'] })).toMatchObject([
    { data: { stepUp: { issuer: ISSUER, acr: 'phr' } } },
  ]);
});

test.each(justGoodSignIns(ISSUER, idOf(ADA)))('one %s will do', async (_, made) => {
  expect(await (await terminal(made)).mint()).toHaveProperty('sealed');
});

describe('attack 7: without a fresh sign-in of the holder no terminal gets a session, whatever the workflow says', () => {
  test.each(badSignIns(ISSUER, idOf(ADA), idOf(GUS)))('%s', async (_, made, told) => {
    const { confirm, mint } = await terminal(made);
    for (const asked of [confirm, mint]) {
      const { message } = await refusalOf(asked());
      expect(message).toMatch(told);
      expect(message).toMatch(/connect a terminal to dev-readonly, Ada.*Press Connect/);
    }
    expect(core.ledger.entries({ kinds: ['connect.confirmed', 'mint.intended'] })).toEqual([]);
  });

  test('an installation that has no sign-in believes none', async () => {
    core.close();
    core = await activitiesAlone(folder, config);
    const { mint } = await terminal(() => goodSignIn(ISSUER, idOf(ADA)));
    expect((await refusalOf(mint())).message).toMatch(/somewhere else/);
  });
});

test('a break-glass with a fresh sign-in of whoever breaks it is given, and the evidence is on record', async () => {
  const about = await core.request(EMIL, 'prod-admin', {
    breakGlass: true,
    stepUp: goodSignIn(ISSUER, idOf(EMIL)),
  });
  expect(await core.activities.activate({ ...about, reviewSeals: [] })).toHaveProperty('until');
  expect(core.ledger.entries({ kinds: ['request.opened'] })).toMatchObject([
    { data: { breakGlass: true, stepUp: { issuer: ISSUER, acr: 'phr' } } },
  ]);
});

describe('attack 3: without a fresh sign-in of whoever asks nobody breaks the glass', () => {
  test.each(badSignIns(ISSUER, idOf(EMIL), idOf(GUS)))('%s', async (_, made, told) => {
    const stepUp = made();
    const asked = core.request(EMIL, 'prod-admin', { breakGlass: true, stepUp });
    await expect(asked).rejects.toThrow(told);
    expect(core.ledger.entries({ kinds: ['grant.opened', 'breakglass.used'] })).toEqual([]);
  });

  test('and it is decided again before it begins: one from before the role demanded it is not activated', async () => {
    const lax = await activitiesAlone(
      folder,
      changedExample(folder, (text) => `${text}\n`),
      ISSUER,
      core,
    );
    const about = await lax.request(EMIL, 'prod-admin', { breakGlass: true });
    const activating = core.activities.activate({ ...about, reviewSeals: [] });
    expect((await refusalOf(activating)).message).toMatch(
      /To break the glass for prod-admin, Emil.*came without.*--break-glass/,
    );
    expect(core.ledger.entries({ kinds: ['grant.activated'] })).toEqual([]);
  });
});

test('what a role does not demand is as it was', async () => {
  const ordinary = await core.request(EMIL, 'prod-admin');
  expect(ordinary.grantId).toMatch(/^g-/);
  const lax = await activitiesAlone(
    folder,
    changedExample(folder, (text) => `${text}\n`),
    ISSUER,
  );
  const about = await lax.request(EMIL, 'prod-admin', { breakGlass: true });
  expect(await lax.activities.activate({ ...about, reviewSeals: [] })).toHaveProperty('until');
  lax.close();
});
