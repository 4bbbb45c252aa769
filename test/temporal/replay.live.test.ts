import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import {
  assignmentsWorkflowId,
  awayWorkflowId,
  breakGlassReviewId,
  cutWorkflowId,
  DRIFT,
  explainWorkflowId,
  FIND_LOST,
  quarantineWorkflowId,
  recheckSignal,
  sweepWorkflowId,
  WATCH_PEOPLE,
} from '../../temporal/workflows/protocol';
import { awayIdFor } from '../../keys/ids';
import { becomes, chat, eventually, startCore, WORKSPACE } from '../support/core';
import { changedExample } from '../support/changed-example';
import { startEngine, workflowBundle } from '../support/engine';
import { jobRequest } from '../support/job-request';
import { connectedReceiver, ended, liveGrant, mintedKey, waitingRequest } from '../support/in-core';
import { useStandingCore } from '../support/standing-core';
import { temporaryFolder } from '../support/temporary-folder';

/*
 * Grants live for hours and releases come in between: today's workflow code must still understand what
 * earlier code has written. Each file in test/histories is one workflow as a release recorded it. Record
 * new ones when the story gains a branch (CURFEW_RECORD_HISTORIES=<release> npm test -- test/temporal/replay);
 * never change or delete a recorded one while grants of that release may live.
 */
const { History } = temporal.api.history.v1;
const FOLDER = path.join(__dirname, '../histories');
const folder = temporaryFolder();
const files = () => readdirSync(FOLDER).filter((name) => name.endsWith('.binpb'));
const read = (name: string) => History.decode(readFileSync(path.join(FOLDER, name)));

// Replaying runs workflows in this very process and leaves its promise hooks behind, for the next test file to trip over.
afterAll(() => globalHandlers.uninstall());

const release = process.env['CURFEW_RECORD_HISTORIES'];

async function saveHistory(client: Client, name: string, workflowId: string): Promise<void> {
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  writeFileSync(path.join(FOLDER, `${release}-${name}.binpb`), History.encode(history).finish());
}

if (release !== undefined) {
  describe('beside requests', () => {
    const here = useStandingCore(1);
    const save = (name: string, workflowId: string) =>
      saveHistory(here.core().client, name, workflowId);
    const runs = async (name: string, type: string): Promise<void> => {
      const { client, taskQueue } = here.core();
      const workflowId = `record-${name}`;
      await client.workflow.execute(type, { workflowId, taskQueue });
      await save(name, workflowId);
    };

    test('records how what runs by the clock goes today', async () => {
      const core = here.core();
      here.drift({ deadlineSeconds: 1, removalsPerRun: 100 });
      await here.had('ada');
      here.sets.giveByHand(here.target(), here.person('ada'));
      await runs('drift', DRIFT);
      const [found] = core.ledger.entries({ kinds: ['quarantine.opened'] });
      const quarantine = quarantineWorkflowId(found?.key.split(':')[1] ?? '');
      await core.client.workflow.getHandle(quarantine).result();
      await save('quarantine', quarantine);
      await save('assignments', assignmentsWorkflowId(here.target()));
      await here.granted('ben');
      await runs('watch-people', WATCH_PEOPLE);

      const live = await liveGrant(core);
      await mintedKey(core, live);
      const waiting = await waitingRequest(core);
      for (const requestId of [live.requestId, waiting])
        await core.client.workflow.getHandle(`access-${requestId}`).terminate('by mistake');
      // A minute later the engine has no excuse.
      core.switches.behindMs = -61_000;
      await runs('find-lost', FIND_LOST);
      core.switches.behindMs = 0;
      for (const [name, requestId] of [
        ['swept', live.requestId],
        ['swept-while-waiting', waiting],
      ] as const) {
        await core.client.workflow.getHandle(sweepWorkflowId(requestId)).result();
        await save(name, sweepWorkflowId(requestId));
      }
      expect(files()).toContain(`${release}-find-lost.binpb`);
    }, 240_000);
  });

  test('records how each kind of request goes today', async () => {
    const env = await startEngine();
    // Reminders and an escalation come while somebody watches.
    const config = changedExample(folder, (text) =>
      text.replace(
        /( {2}two-people:\n.*\n.*expire: 30m)/,
        "$1\n    remind: [5s, 20m]\n    escalate: { after: 6s, to: '#oncall', page: true }",
      ),
    );
    const core = await startCore({ env, folder, config });
    const save = (name: string, workflowId: string) => saveHistory(core.client, name, workflowId);
    const saveRequest = (name: string, requestId: string) => save(name, `access-${requestId}`);

    const natural = await liveGrant(core, { leftMs: 4_000 });
    await mintedKey(core, natural);
    await ended(core, natural);
    await saveRequest('natural-end', natural.requestId);

    const revoked = await liveGrant(core);
    const { mint } = await connectedReceiver(core, revoked);
    await mint();
    await core.stop('emil', revoked.requestId, 'revoke', 'incident');
    await ended(core, revoked);
    await saveRequest('revoked', revoked.requestId);
    await save('revocation-list', 'revocations-111111111111-dev-readonly');

    const waiting = async (role: string) => {
      const requestId = await core.request('ada', role);
      await eventually(
        () => core.messenger.cards(requestId)[0]?.state,
        (state) => state === 'waiting',
      );
      return requestId;
    };
    const twoSeats = await waiting('prod-admin');
    await core.review('carla', twoSeats);
    await core.desk.explain(twoSeats);
    await save('explained', explainWorkflowId(twoSeats));
    await core.review('deniz', twoSeats);
    await becomes(core, twoSeats, 'active');
    await core.stop('ada', twoSeats, 'end');
    await ended(core, { requestId: twoSeats, grantId: '' });
    await saveRequest('two-seats-ended-early', twoSeats);

    const called = await waiting('prod-admin');
    await core.nudge('ada', called);
    await eventually(
      () => core.kindsOf(called),
      (kinds) => kinds.includes('request.escalated'),
    );
    await core.review('carla', called, 'approve', { minutes: 10 });
    await core.review('deniz', called);
    await becomes(core, called, 'active');
    await core.stop('ada', called, 'end');
    await ended(core, { requestId: called, grantId: '' });
    await saveRequest('called', called);

    const denied = await waiting('staging-admin');
    await core.review('carla', denied, 'deny', { reason: 'not now' });
    await ended(core, { requestId: denied, grantId: '' });
    await saveRequest('denied', denied);

    const withdrawn = await waiting('staging-admin');
    await core.stop('ada', withdrawn, 'withdraw');
    await ended(core, { requestId: withdrawn, grantId: '' });
    await saveRequest('withdrawn', withdrawn);

    const refused = await core.request('fay', 'dev-readonly');
    await becomes(core, refused, 'refused');
    await ended(core, { requestId: refused, grantId: '' });
    await saveRequest('refused', refused);

    const first = await liveGrant(core);
    const extension = await core.request('ada', 'dev-readonly', { extending: first.requestId });
    await becomes(core, extension, 'active');
    await core.stop('ada', first.requestId, 'end');
    await ended(core, first);
    await core.stop('ada', extension, 'end');
    await ended(core, { requestId: extension, grantId: '' });
    await saveRequest('extended', first.requestId);
    await saveRequest('extension', extension);

    const many = await liveGrant(core);
    await mintedKey(core, many);
    const open = await waiting('staging-admin');
    const what = { of: 'person', person: chat('ada') } as const;
    const { cutId } = await core.cut('emil', what);
    await core.client.workflow.getHandle(cutWorkflowId(cutId)).result();
    await ended(core, many);
    await ended(core, { requestId: open, grantId: '' });
    await save('mass-cut', cutWorkflowId(cutId));
    await saveRequest('cut-with-others', many.requestId);
    await saveRequest('cut-while-waiting', open);

    const ofJob = await jobRequest(core);
    await core.desk.open(ofJob);
    const { requestId: job } = ofJob.statement.request;
    await eventually(
      () => core.messenger.cards(job)[0]?.state,
      (state) => state === 'waiting',
    );
    await core.review('carla', job);
    await becomes(core, job, 'active');
    await core.stop('emil', job, 'revoke', 'enough');
    await ended(core, { requestId: job, grantId: '' });
    await saveRequest('job', job);

    const emergency = await core.request('emil', 'prod-admin', { breakGlass: true });
    await becomes(core, emergency, 'active');
    await core.stop('emil', emergency, 'end');
    await ended(core, { requestId: emergency, grantId: '' });
    await eventually(
      () => core.messenger.tasks(emergency).length,
      (tasks) => tasks > 0,
    );
    await core.reviewBreakGlass('deniz', emergency);
    await core.client.workflow.getHandle(breakGlassReviewId(emergency)).result();
    await saveRequest('break-glass', emergency);
    await save('break-glass-review', breakGlassReviewId(emergency));

    const awayId = awayIdFor(WORKSPACE, 'recorded');
    const saidAt = new Date().toISOString();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const two = { by: chat('carla'), to: chat('gus') };
    await core.desk.sayAway(
      await core.signer.sign({ kind: 'away', awayId, ...two, until, at: saidAt }),
    );
    await core.desk.sayBack(
      await core.signer.sign({ kind: 'back', awayId, by: chat('carla'), at: saidAt }),
    );
    await core.client.workflow.getHandle(awayWorkflowId(awayId)).result();
    await save('away', awayWorkflowId(awayId));

    const lapsing = await liveGrant(core);
    const ada = [...core.company.values()].find(({ name }) => name.startsWith('Ada'));
    if (!ada) throw new Error('nobody is called Ada');
    core.company.set(ada.id, { ...ada, active: false });
    await core.client.workflow.getHandle(`access-${lapsing.requestId}`).signal(recheckSignal);
    await ended(core, lapsing);
    await saveRequest('lapsed', lapsing.requestId);
    expect(files()).toContain(`${release}-lapsed.binpb`);
    await core.close();
    await env.teardown();
  }, 240_000);
}

test('today’s workflows replay every recorded history', async () => {
  const recorded = files().map((name) => ({
    workflowId: name,
    history: read(name),
  }));
  expect(recorded.length).toBeGreaterThan(0);
  const wrong: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: workflowBundle() },
    recorded,
  )) {
    if (error) wrong.push(`${workflowId}: ${error.message}`);
  }
  expect(wrong).toEqual([]);
});

test('a history that today’s code would not have written is noticed', async () => {
  const name = files().find((file) => file.endsWith('two-seats-ended-early.binpb')) ?? '';
  const history = read(name);
  for (const { activityTaskScheduledEventAttributes: scheduled } of history.events) {
    if (scheduled?.activityType?.name === 'activate') scheduled.activityType.name = 'activateLater';
  }
  const forged = [{ workflowId: name, history }];
  const seen: boolean[] = [];
  for await (const { error } of Worker.runReplayHistories(
    { workflowBundle: workflowBundle() },
    forged,
  )) {
    seen.push(error !== undefined);
  }
  expect(seen).toEqual([true]);
});
