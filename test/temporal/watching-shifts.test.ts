import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { Person } from '../../access/person';
import { openLedger } from '../../audit/ledger';
import { exampleFolder, loadBundle } from '../../config/bundle';
import { seenOf } from '../../temporal/activities/facts';
import { lookingAtPeople } from '../../temporal/activities/watching';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const ADA: Person = {
  id: 'ada',
  name: 'Ada',
  emails: ['ada@curfew.example'],
  groups: ['engineers'],
  active: true,
};

test('who goes off the schedule of a role is looked at again, and nobody before', async () => {
  const ledger = openLedger(path.join(folder, 'ledger.db'));
  const { catalog } = loadBundle(exampleFolder);
  const role = catalog.role('prod-admin')!;
  const requestId = 'r-aaaaaaaaaaaaaaaa';
  const entry = {
    at: '2026-11-27T12:00:00.000Z',
    requestId,
    grantId: 'g-aaaaaaaaaa',
    actor: 'ada',
  };
  const { targetArn, region, account } = role;
  ledger.append({
    ...entry,
    kind: 'grant.opened',
    key: `grant.opened:${requestId}`,
    data: { person: 'ada', role: role.id, targetArn, region, account: account.id },
  });
  ledger.append({
    ...entry,
    kind: 'grant.activated',
    key: `grant.activated:${entry.grantId}`,
    data: { until: '2026-11-27T13:00:00.000Z', seen: seenOf({ ...ADA, onCall: true }) },
  });
  let shift: string[] | undefined = ['ada@curfew.example'];
  const rechecked: string[] = [];
  const deps = {
    ledger,
    catalog: { ...catalog, role: () => ({ ...role, schedule: 'primary' }) },
    directory: {
      person: async () => ADA,
      byEmail: async () => [ADA],
      members: async () => undefined,
    },
    rota: {
      name: 'a rota',
      onCall: async () => shift ?? Promise.reject(new Error('down')),
    },
    recheck: async (id: string) => {
      rechecked.push(id);
    },
  };
  const look = () => lookingAtPeople(deps).lookAtPeople({});
  await look();
  expect(rechecked).toEqual([]);
  shift = ['ben@curfew.example'];
  await look();
  expect(rechecked).toEqual([requestId]);
  // While nobody can tell it is looked at as well: deciding again is what says "not now".
  shift = undefined;
  await look();
  expect(rechecked).toEqual([requestId, requestId]);
  ledger.close();
});
