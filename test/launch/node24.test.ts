import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findNode24 } from '../../launch/node24.mjs';

describe('which Node the project runs on', () => {
  let root: string;
  const program = (file: string, script: string) => {
    const full = path.join(root, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, `#!/bin/sh\n${script}\n`);
    chmodSync(full, 0o755);
    return full;
  };
  const says = (file: string, version: string) => program(file, `echo ${version}`);
  const PINNED = 'node_modules/node/bin/node';

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'curfew-node-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('the pinned one comes first', () => {
    const pinned = says(PINNED, 'v24.21.0');
    const current = says('current/node', 'v26.0.0');
    expect(findNode24(root, { current, path: '' })).toBe(pinned);
  });

  test('a pinned one that is there but does not run is passed over', () => {
    program(PINNED, 'exit 126');
    const current = says('current/node', 'v24.0.0');
    expect(findNode24(root, { current, path: '' })).toBe(current);
  });

  test('without a pinned one and on an older Node, the one on PATH', () => {
    const current = says('current/node', 'v20.20.2');
    says('old/node', 'v22.1.0');
    const onPath = says('new/node', 'v25.1.0');
    const searched = ['', 'relative', path.join(root, 'old'), path.dirname(onPath)].join(':');
    expect(findNode24(root, { current, path: searched })).toBe(onPath);
  });

  test('none: what was tried, and what to do', () => {
    const current = says('current/node', 'v20.20.2');
    expect(() => findNode24(root, { current, path: '' })).toThrow(
      /node \(the one that runs this\): v20\.20\.2[^]*https:\/\/nodejs\.org/,
    );
  });
});
