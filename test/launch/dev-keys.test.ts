import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { devKeysOf } from '../../launch/dev-keys';
import { createEdgeSigner, createEdgeVerifier } from '../../keys/edge';

describe("development's keys", () => {
  let folder: string;
  const file = () => path.join(folder, 'dev-keys.json');
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'curfew-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('are made once and read by their owner alone', () => {
    const keys = devKeysOf(folder);
    expect(devKeysOf(folder)).toEqual(keys);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test('differ between folders', () => {
    const other = mkdtempSync(path.join(tmpdir(), 'curfew-keys-'));
    expect(devKeysOf(other).sandbox.botToken).not.toBe(devKeysOf(folder).sandbox.botToken);
    rmSync(other, { recursive: true });
  });

  test('the edge pair signs and verifies', async () => {
    const { edgeKey, edgePublicKey } = devKeysOf(folder);
    const statement = {
      kind: 'stop',
      how: 'end',
      requestId: 'r-aaaaaaaaaaaaaaaa',
      by: { workspace: 'T1', user: 'U1' },
      reason: 'done',
      at: '2026-01-01T00:00:00.000Z',
    } as const;
    const signer = createEdgeSigner(edgeKey);
    const { seal } = await signer.sign(statement);
    const verifier = createEdgeVerifier(edgePublicKey);
    expect(await verifier.verify(seal, 'stop')).toEqual(statement);
  });

  test('a damaged file says what to do and quotes nothing of it', () => {
    const { edgeKey } = devKeysOf(folder);
    writeFileSync(file(), readFileSync(file(), 'utf8').slice(0, -20));
    const attempt = () => devKeysOf(folder);
    expect(attempt).toThrow('Delete it to get new keys');
    expect(attempt).not.toThrow(String(edgeKey['d']));
  });
});
