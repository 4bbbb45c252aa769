import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { codeOf } from '../support/aws-calls';
import { temporaryFolder } from '../support/temporary-folder';
import { slowly, startCurfew, type WholeCurfew } from '../support/whole-curfew';

const PATIENCE = 150_000;

let curfew: WholeCurfew;
afterAll(() => curfew?.stop(), 60_000);
const folder = temporaryFolder();
beforeAll(async () => {
  curfew = await startCurfew(path.join(folder, 'data'));
}, PATIENCE);
afterEach(() => curfew?.healFaults());

test(
  'Slack asks for a pause, and loses its answers: still one card and one message',
  async () => {
    const operation = 'chat.postMessage';
    await curfew.fault({ target: 'slack', operation, kind: '429', times: 2, ms: 1_000 });
    await curfew.fault({ target: 'slack', operation, kind: 'drop-after-commit', times: 2 });
    const requestId = await curfew.request('Ada', { reason: 'while Slack is unwell' });
    await curfew.shows(requestId, 'Ada', 'waiting', 'With its reviewers');
    await slowly(async () => expect(await curfew.faultsLeft()).toBe(0));
    const { ts } = await curfew.shows(requestId, 'Ada', 'waiting', 'With its reviewers');
    await curfew.control('click', { user: 'Ada', button: 'Cancel', message: ts });
    // Painted over in place: the ones that were posted are the ones that Curfew knows.
    await curfew.shows(requestId, 'Carla', 'card', 'Withdrawn by');
    await curfew.shows(requestId, 'Ada', 'waiting', 'withdrawn');
    await slowly(async () =>
      expect(await curfew.about(requestId, 'Ada', 'withdrawn')).toHaveLength(1),
    );
  },
  PATIENCE,
);

test(
  'Slack delivers everything twice: still one request, one approval, one grant',
  async () => {
    await curfew.fault({ target: 'slack', operation: 'view_submission', kind: 'duplicate' });
    const requestId = await curfew.request('Ben', { reason: 'sent twice' });
    const opened = curfew
      .ledger({ kinds: ['request.opened'] })
      .filter(({ data }) => data['reason'] === 'sent twice');
    expect(opened.map((entry) => entry.requestId)).toEqual([requestId]);

    await curfew.fault({ target: 'slack', operation: 'block_actions', kind: 'duplicate' });
    await curfew.approve(requestId);
    await curfew.shows(requestId, 'Ben', 'active', 'Yours until');
    await curfew.shows(requestId, 'Carla', 'card', 'Active until');
    expect(curfew.count(requestId, 'request.reviewed')).toBe(1);
    expect(curfew.count(requestId, 'grant.activated')).toBe(1);
    expect(curfew.count(requestId, 'click.refused')).toBe(0);
  },
  PATIENCE,
);

test(
  'the directory is silent while somebody approves: a sentence now, and a later click counts',
  async () => {
    const requestId = await curfew.request('Ada', { reason: 'silent directory' });
    await curfew.fault({ target: 'directory', kind: 'timeout', times: 1_000, ms: 4_000 });
    await curfew.approve(requestId);
    await slowly(async () => {
      const heard = `${await curfew.modal('Carla')} ${JSON.stringify(await curfew.messages('Carla'))}`;
      expect(heard).toMatch(/did not answer in time.*You may press it again/);
    });
    expect(curfew.count(requestId, 'grant.activated')).toBe(0);

    await curfew.healFaults();
    // The first click may have arrived meanwhile; then there is no button any more to press.
    await curfew.approve(requestId).catch(() => undefined);
    await curfew.shows(requestId, 'Ada', 'active', 'Yours until');
    expect(curfew.count(requestId, 'request.reviewed')).toBe(1);
    expect(curfew.count(requestId, 'grant.activated')).toBe(1);
  },
  PATIENCE,
);

test(
  'AWS fails, and loses its answer, while access is revoked: revoked is said once, when it is so',
  async () => {
    const home = path.join(folder, 'home');
    const requestId = await curfew.grant('Ada', { reason: 'to be revoked' });
    const grantId = await curfew.connect('Ada', requestId, home);
    const session = await curfew.aws(home, grantId);
    expect(await codeOf(session.listBuckets())).toBe('ok');

    const operation = 'PutRolePolicy';
    await curfew.fault({ target: 'aws', operation, kind: '503', times: 1_000 });
    await curfew.revoke('Emil', grantId, 'practice');
    await slowly(async () => expect(await curfew.faultsLeft()).toBeLessThan(1_000));
    await curfew.shows(requestId, 'Carla', 'card', 'not yet seen denied');
    // Nothing was written, so nothing may claim that it was.
    expect(await codeOf(session.listBuckets())).toBe('ok');
    expect(curfew.count(requestId, 'end.asked')).toBe(1);
    expect(curfew.count(requestId, 'end.observed', 'grant.ended')).toBe(0);
    expect(await curfew.about(requestId, 'Ada', 'ended')).toEqual([]);

    await curfew.healFaults();
    await curfew.fault({ target: 'aws', operation, kind: 'drop-after-commit' });
    await curfew.shows(requestId, 'Ada', 'ended', 'Revoked by <@U0EMIL0005>');
    expect(await codeOf(session.listBuckets())).toBe('AccessDenied');
    const trail = curfew.ledger({
      requestId,
      kinds: ['end.asked', 'end.written', 'end.observed', 'grant.ended'],
    });
    expect(trail.map(({ kind }) => kind)).toEqual([
      'end.asked',
      'end.written',
      'end.observed',
      'grant.ended',
    ]);
  },
  PATIENCE,
);

test(
  'somebody is deactivated in the directory: their live access is taken back, and nobody else’s',
  async () => {
    const home = path.join(folder, 'home');
    const leaver = await curfew.grant('Ben', { reason: 'until I leave' });
    const grantId = await curfew.connect('Ben', leaver, home);
    const session = await curfew.aws(home, grantId);
    const stays = await curfew.grant('Ada', { reason: 'still here' });
    const change = (active: boolean) =>
      fetch(`${curfew.url}/sandbox/directory/person`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: 'U0BEN00002', active }),
      });
    expect((await change(false)).ok).toBe(true);
    try {
      await curfew.shows(leaver, 'Carla', 'card', 'Ended');
      expect(await codeOf(session.listBuckets())).toBe('AccessDenied');
      expect(curfew.ledger({ requestId: leaver, kinds: ['end.asked'] })[0]?.data['how']).toBe(
        'lapsed',
      );
      expect(curfew.count(stays, 'end.asked')).toBe(0);
    } finally {
      await change(true);
    }
  },
  PATIENCE,
);
