import { expect, test } from '@jest/globals';
import type { CutProgress } from '../../access/cut';
import { Links } from '../../access/links';
import { createActivities } from '../../temporal/activities';
import { becomes, chat, eventually, type Core } from '../support/core';
import { eventually as soon } from '../support/eventually';
import { jobRequest } from '../support/job-request';
import { ended, liveGrant, mintedKey, type LiveGrant } from '../support/in-core';
import { useCore } from '../support/use-core';

const ROLE = 'arn:aws:iam::111111111111:role/jit/target/dev-readonly';
const EVERYTHING_OF_ADA = { of: 'person' as const, person: chat('ada') };
const THE_ROLE = { of: 'role' as const, role: 'dev-readonly' };

let core: Core;
useCore((started) => {
  core = started;
});

async function minted(count: number): Promise<(LiveGrant & { key: string })[]> {
  const made: (LiveGrant & { key: string })[] = [];
  for (let index = 0; index < count; index += 1) {
    const grant = await liveGrant(core);
    made.push({ ...grant, key: await mintedKey(core, grant) });
  }
  return made;
}

/** What is last said of a cut, by its stage. */
const isOver = (cutId: string): Promise<CutProgress[]> =>
  eventually(
    () => core.messenger.cuts(cutId),
    (shown) => shown.length > 0 && shown.every(({ standing }) => standing.stage === 'over'),
  );

const workflowOf = (cutId: string) => core.client.workflow.getHandle(`cut-${cutId}`).result();
const kindsOf = (grantId: string) =>
  core.ledger
    .entries({ grantId, kinds: ['end.asked', 'end.written', 'end.observed', 'grant.ended'] })
    .map(({ kind }) => kind);

test('everything of a person: live grants are cut with one write, what still waits is closed, and it is told in one message', async () => {
  const grants = await minted(4);
  const waiting = await core.request('ada', 'staging-admin');
  await becomes(core, waiting, 'waiting');
  const writes = core.aws.state.writes;
  const { cutId, outcome } = await core.cut('emil', EVERYTHING_OF_ADA, { reason: 'laptop stolen' });
  expect(outcome).toMatchObject({
    outcome: 'done',
    note: expect.stringContaining('Cutting 5 now'),
  });
  await workflowOf(cutId);
  expect(grants.filter(({ key }) => core.aws.isAllowed(key))).toEqual([]);
  expect(core.aws.state.writes - writes).toBe(1);
  for (const { grantId, requestId } of grants) {
    expect(kindsOf(grantId)).toEqual(['end.asked', 'end.written', 'end.observed', 'grant.ended']);
    await ended(core, { requestId, grantId });
    expect(core.messenger.notices(requestId).find(({ kind }) => kind === 'ended')).toMatchObject({
      how: 'revoke',
      by: chat('emil'),
      reason: 'laptop stolen',
    });
    expect(core.messenger.cards(requestId)[0]).toMatchObject({
      state: 'ended',
      stopped: { by: chat('emil'), how: 'revoke' },
    });
  }
  await ended(core, { requestId: waiting, grantId: '' });
  expect(core.messenger.cards(waiting)[0]?.state).toBe('denied');
  expect(await core.review('carla', waiting)).toMatchObject({ outcome: 'refused' });
  const [toSpeaker, toOnCall, ...more] = await isOver(cutId);
  expect(more).toEqual([]);
  expect(toSpeaker).toEqual(toOnCall);
  expect(toSpeaker?.standing).toMatchObject({
    total: 5,
    asked: 5,
    toWrite: 4,
    written: 4,
    observed: 5,
  });
  const states = core.messenger.messages
    .map((message) => message.states)
    .find(([first]) => first && 'cut' in first && first.cut.cutId === cutId);
  // Until the last one was seen denied it was never called over.
  expect(
    states?.every(
      (shown) =>
        'cut' in shown &&
        (shown.cut.standing.stage !== 'over' || shown.cut.standing.observed === 5),
    ),
  ).toBe(true);
});

/** The example's pipeline, for which Gus answers: a live grant, and a request that waits. */
async function machinesOfGus() {
  const [granted, waiting] = [await jobRequest(core), await jobRequest(core)];
  const ids = [granted, waiting].map(({ statement }) => statement.request.requestId);
  for (const signed of [granted, waiting]) await core.desk.open(signed);
  for (const id of ids) await becomes(core, id, 'waiting');
  const [live = '', open = ''] = ids;
  await eventually(
    () => core.messenger.cards(live).length,
    (count) => count > 0,
  );
  await core.review('carla', live);
  await becomes(core, live, 'active');
  return { live, open };
}

test('everything of a person takes what their machines have, says how many, and needs no right of whoever answers for them', async () => {
  for (const [speaker, who] of [
    ['emil', 'gus'],
    ['gus', 'gus'],
  ] as const) {
    const { live, open } = await machinesOfGus();
    const what = { of: 'person' as const, person: chat(who) };
    expect(await core.desk.cuttable(what)).toMatchObject({
      grants: 1,
      requests: 1,
      machines: [{ id: 'deploy-shop', count: 2 }],
    });
    const { cutId, outcome } = await core.cut(speaker, what);
    expect(outcome).toMatchObject({
      note: expect.stringContaining('Cutting 2 now, 2 of pipelines and agents.'),
    });
    await workflowOf(cutId);
    expect([await core.stateOf(live), await core.stateOf(open)]).toEqual(['ended', 'denied']);
    expect((await isOver(cutId))[0]?.standing).toMatchObject({ total: 2, ofMachines: 2 });
    const [decided] = core.ledger.entries({ key: `cut.decided:${cutId}` });
    expect(decided?.data['ofMachines']).toEqual(expect.arrayContaining([live, open]));
  }
});

test('a machine falls with whoever answers for it alone, and only for whom policy lets', async () => {
  const { live, open } = await machinesOfGus();
  const others = await core.cut('emil', { of: 'person', person: chat('carla') });
  await workflowOf(others.cutId);
  const notHis = await core.cut('ben', { of: 'person', person: chat('gus') });
  expect(notHis.outcome).toMatchObject({
    outcome: 'refused',
    because: expect.stringMatching(/2 on staging-admin: No rule lets Ben/),
  });
  expect([await core.stateOf(live), await core.stateOf(open)]).toEqual(['active', 'waiting']);
  const { cutId } = await core.cut('emil', { of: 'person', person: chat('gus') });
  await workflowOf(cutId);
});

test('a request of theirs that nobody has decided yet falls, too; a live one also when they have left the directory', async () => {
  const { requestId } = (await jobRequest(core)).statement.request;
  core.ledger.append({
    kind: 'request.opened',
    key: `request.opened:${requestId}`,
    at: new Date().toISOString(),
    requestId,
    actor: 'chat:workload:deploy-shop',
    data: { role: 'staging-admin', durationMinutes: 15, reason: 'deploy' },
  });
  const { live, open } = await machinesOfGus();
  const gus = await core.deps.people.identify(chat('gus'));
  new Links(core.ledger).fix(chat('gus'), gus.id, 'email', new Date().toISOString());
  const first = await core.cut('emil', { of: 'person', person: chat('gus') });
  await workflowOf(first.cutId);
  for (const id of [requestId, open]) expect(core.kindsOf(id)).toContain('request.denied');
  expect(await core.stateOf(live)).toBe('ended');

  const later = await machinesOfGus();
  core.company.delete(gus.id);
  const second = await core.cut('emil', { of: 'person', person: chat('gus') });
  await workflowOf(second.cutId);
  core.company.set(gus.id, gus);
  expect(core.kindsOf(later.live)).toContain('grant.ended');
});

test('a speaker without the right: nothing falls, they are told what would pass, and it is on record', async () => {
  const [grant] = await minted(1);
  for (const what of [EVERYTHING_OF_ADA, THE_ROLE, { of: 'all' as const }]) {
    const { cutId, outcome } = await core.cut('ben', what);
    expect(outcome).toMatchObject({
      outcome: 'refused',
      because: expect.stringMatching(/No rule lets Ben .* end/),
      wouldPass: expect.stringMatching(/Everyone may end all of their own|ends all of your own/),
    });
    const [refused] = core.ledger.entries({ key: `cut.decided:${cutId}` });
    expect(refused).toMatchObject({ kind: 'cut.refused', actor: 'chat:T1:U0BEN00002' });
    await workflowOf(cutId);
    expect(core.messenger.cuts(cutId).map(({ standing }) => standing.stage)).toEqual(['refused']);
  }
  expect(core.aws.isAllowed(grant?.key ?? '')).toBe(true);
  expect(kindsOf(grant?.grantId ?? '')).toEqual([]);
});

test('what the speaker may not cut is left alone and said so; their own needs no right', async () => {
  const [ofAda] = await minted(1);
  const own = await core.request('ben', 'dev-readonly');
  await becomes(core, own, 'active');
  const { cutId, outcome } = await core.cut('ben', THE_ROLE);
  expect(outcome).toMatchObject({ outcome: 'done', note: expect.stringContaining('left alone') });
  await workflowOf(cutId);
  expect(await core.stateOf(own)).toBe('ended');
  expect(core.aws.isAllowed(ofAda?.key ?? '')).toBe(true);
  await soon(() =>
    expect(core.messenger.cuts(cutId)[0]?.standing).toMatchObject({
      stage: 'over',
      total: 1,
      leftOut: [expect.stringMatching(/^\d+ on dev-readonly: No rule lets Ben/)],
    }),
  );
});

test('a cut that comes while a grant is being made ready: nothing is ever handed out', async () => {
  core.aws.state.broken = { mint: new Error('STS is slow') };
  const requestId = await core.request('ada', 'dev-readonly');
  await becomes(core, requestId, 'activating');
  const { cutId } = await core.cut('emil', EVERYTHING_OF_ADA);
  await eventually(
    () => core.kindsOf(requestId),
    (kinds) => kinds.includes('end.asked'),
  );
  core.aws.state.broken = undefined;
  await workflowOf(cutId);
  expect(await core.stateOf(requestId)).toBe('ended');
  expect(core.kindsOf(requestId)).not.toContain('mint.intended');
});

test('a request that nobody has decided yet is cut, also when its grant is opened between plan and end', async () => {
  const { people } = core.deps;
  const steps = createActivities(core.deps);
  const request = await core.signRequest('ada', 'dev-readonly');
  const { requestId } = request.statement.request;
  core.ledger.append({
    kind: 'request.opened',
    key: `request.opened:${requestId}`,
    at: new Date().toISOString(),
    requestId,
    actor: `chat:T1:${chat('ada').user}`,
    data: { role: 'dev-readonly', durationMinutes: 30, reason: 'to see' },
  });
  const said = await core.signer.sign({
    kind: 'cut',
    cutId: 'k-aaaaaaaaaaaaaaaa',
    what: EVERYTHING_OF_ADA,
    reason: 'incident',
    by: chat('emil'),
    at: new Date().toISOString(),
  });
  const { cutId } = said.statement;
  expect(await steps.planCut({ cutSeal: said.seal })).toMatchObject({ verdict: 'cut', total: 1 });
  const decided = await steps.decideRequest({ requestSeal: request.seal });
  expect(decided.verdict).toBe('grant');
  await steps.askCutEnds({ cutId, from: 0 });
  await expect(steps.activate({ requestSeal: request.seal, reviewSeals: [] })).rejects.toThrow(
    'ended before it began',
  );

  // The other way round: cut first, decided later.
  const later = await core.signRequest('ada', 'dev-readonly');
  const cuts = () => core.ledger.entries({ kinds: ['cut.asked'] }).length;
  const before = cuts();
  // Nobody can be identified until the cut is asked: then it is the first to try.
  core.deps.people = {
    identify: (user) =>
      cuts() > before ? people.identify(user) : Promise.reject(new Error('the directory is down')),
  };
  await core.desk.open(later);
  await eventually(
    () => core.kindsOf(later.statement.request.requestId),
    (kinds) => kinds.includes('request.opened'),
  );
  await core.cut('ada', EVERYTHING_OF_ADA);
  await ended(core, { requestId: later.statement.request.requestId, grantId: '' });
  core.deps.people = people;
  expect(core.kindsOf(later.statement.request.requestId)).not.toContain('grant.activated');
});

test('the same cut, delivered twice, is one cut', async () => {
  const [grant] = await minted(1);
  const { cutId, signed, outcome } = await core.cut('emil', EVERYTHING_OF_ADA);
  expect(outcome.outcome).toBe('done');
  expect((await core.desk.cut(signed)).outcome).toBe('done');
  await workflowOf(cutId);
  expect(await core.desk.cut(signed)).toMatchObject({ outcome: 'done' });
  expect(kindsOf(grant?.grantId ?? '')).toEqual([
    'end.asked',
    'end.written',
    'end.observed',
    'grant.ended',
  ]);
  expect(core.ledger.entries({ kinds: ['cut.ended'], key: `cut.ended:${cutId}` })).toHaveLength(1);
  expect(core.messenger.cuts(cutId)).toHaveLength(2);
});

test('the worker is stopped in the middle: the cut is finished when it is back, and nothing happens twice', async () => {
  const grants = await minted(3);
  core.aws.state.broken = { write: new Error('ServiceUnavailable') };
  const { cutId } = await core.cut('emil', EVERYTHING_OF_ADA);
  await eventually(
    () => kindsOf(grants[2]?.grantId ?? ''),
    (kinds) => kinds.includes('end.asked'),
  );
  await core.stopWorker();
  core.aws.state.broken = undefined;
  await core.startWorker();
  await workflowOf(cutId);
  for (const { grantId, key } of grants) {
    expect(core.aws.isAllowed(key)).toBe(false);
    expect(kindsOf(grantId)).toEqual(['end.asked', 'end.written', 'end.observed', 'grant.ended']);
  }
  expect(core.messenger.cuts(cutId)).toHaveLength(2);
});

test('a grant whose own workflow was terminated is cut, observed and told all the same', async () => {
  const [orphan, healthy] = await minted(2);
  await core.client.workflow
    .getHandle(`access-${orphan?.requestId}`)
    .terminate('by an operator, by mistake');
  const { cutId } = await core.cut('emil', EVERYTHING_OF_ADA);
  await workflowOf(cutId);
  await core.client.workflow.getHandle(`sweep-${orphan?.requestId}`).result();
  if (healthy) await ended(core, healthy);
  const told = core.messenger.notices(orphan?.requestId ?? '');
  expect(told.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
  expect(core.messenger.cards(orphan?.requestId ?? '')[0]?.state).toBe('ended');
  for (const one of [orphan, healthy]) {
    expect(core.aws.isAllowed(one?.key ?? '')).toBe(false);
    expect(kindsOf(one?.grantId ?? '')).toEqual([
      'end.asked',
      'end.written',
      'end.observed',
      'grant.ended',
    ]);
  }
});

test('40 cuts at once, from several speakers and in every way: each is over, each grant ended once', async () => {
  const grants = await minted(5);
  const speakers = ['emil', 'carla', 'ada', 'deniz'];
  const whats = [EVERYTHING_OF_ADA, THE_ROLE, { of: 'all' as const }];
  const cuts = await Promise.all(
    Array.from({ length: 40 }, (_, nth) =>
      core.cut(speakers[nth % 4] ?? '', whats[nth % 3] ?? THE_ROLE),
    ),
  );
  await Promise.all(cuts.map(({ cutId }) => workflowOf(cutId)));
  for (const { grantId, requestId, key } of grants) {
    await ended(core, { requestId, grantId });
    expect(core.aws.isAllowed(key)).toBe(false);
    expect(kindsOf(grantId)).toEqual(['end.asked', 'end.written', 'end.observed', 'grant.ended']);
  }
  expect(core.aws.listOf(ROLE)).toEqual(
    expect.arrayContaining(grants.map(({ grantId }) => grantId)),
  );
});
