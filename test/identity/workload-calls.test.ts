import path from 'node:path';
import { expect, test } from '@jest/globals';
import { Refused } from '../../access/refused';
import { openLedger } from '../../audit/ledger';
import type { WorkloadIdentity } from '../../access/workload';
import { useToken } from '../../identity/workload-calls';
import { temporaryFolder } from '../support/temporary-folder';

const identity: WorkloadIdentity = {
  workload: {
    id: 'deploy-shop',
    kind: 'pipeline',
    accountable: 'gus',
    provider: 'github',
    issuer: 'https://tokens.example',
    jwks: 'https://tokens.example/keys',
    audience: 'curfew',
    claims: {},
    run: [],
  },
  run: 'github/1/2/3',
  claims: {},
  issuer: 'https://tokens.example',
  tokenId: 'token-1',
};
const now = new Date('2026-01-05T12:00:00.000Z');
const folder = temporaryFolder();
const file = path.join(folder, 'ledger.db');

test('a token is good for one call; the same call again is the same call, also after a restart', () => {
  const first = openLedger(file);
  useToken(first, identity, 'POST /api/requests {}', now);
  useToken(first, identity, 'POST /api/requests {}', now);
  expect(() => useToken(first, identity, 'POST /api/requests {"role":"other"}', now)).toThrow(
    Refused,
  );
  first.close();
  const second = openLedger(file);
  useToken(second, identity, 'POST /api/requests {}', now);
  expect(() => useToken(second, identity, 'POST /api/grants/g/credentials', now)).toThrow(
    /was used before\. Ask for a fresh one/,
  );
  expect(second.entries({ kinds: ['workload.called'] })).toHaveLength(1);
  second.close();
});

test('another token, the same id of another issuer, or another call with a fresh one is another', () => {
  const ledger = openLedger(path.join(folder, 'other-1.db'));
  useToken(ledger, identity, 'one', now);
  useToken(ledger, { ...identity, tokenId: 'token-2' }, 'two', now);
  useToken(ledger, { ...identity, issuer: 'https://others.example' }, 'three', now);
  // Where one text ends and the next begins is part of it.
  useToken(
    ledger,
    { ...identity, issuer: 'https://tokens.example"', tokenId: 'token-1' },
    '4',
    now,
  );
  expect(ledger.entries({ kinds: ['workload.called'] })).toHaveLength(4);
  ledger.close();
});

test('the record holds neither the token nor the call', () => {
  const ledger = openLedger(path.join(folder, 'other-2.db'));
  useToken(ledger, identity, 'a reason that nobody else needs to read', now);
  const text = JSON.stringify(ledger.entries({}));
  expect(text).not.toContain('token-1');
  expect(text).not.toContain('nobody else');
  expect(text).toContain('github/1/2/3');
  ledger.close();
});
