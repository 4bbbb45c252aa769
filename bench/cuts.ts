import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { LedgerEntry, LedgerKind } from '../access/ledger';
import { exampleFolder } from '../config/bundle';
import { cutIdFor } from '../keys/ids';
import { startBenchCore, type BenchCore } from './core';
import { eachOf, waitUntil } from './pace';
import { openRequest, untilActive } from './requests';
import { startStack } from './stack';
import { percentile } from './statistics';
import { countWorking, sessionOf } from './terminal';

/*
 * Many live grants on ten roles, each with a session minted through the whole path, cut by one word. Looked at
 * from outside: how often is IAM written, does every entry survive in the lists, does any session still work?
 */
const ROLES = 10;
const AT_ONCE = 16;
/** What the AWS stand-in takes until a written policy is in force. AWS promises minutes; others measured 3–4 s. */
const PROPAGATION_MS = 3_000;

interface CutFigures {
  grants: number;
  roles: number;
  /** PutRolePolicy calls from the cut on. */
  iamWrites: number;
  /** Grants whose entry stood in their role's list at the end. */
  entriesKept: number;
  workedBefore: number;
  /** Sessions that worked although the cut had been called over. */
  workedAfter: number;
  /** Steps of an end (asked, written, observed, ended) and messages about it that are missing, or there twice. */
  lost: number;
  doubled: number;
  propagationMs: number;
  /** Milliseconds from the word to each grant's denial, and the same in propagation delays. */
  askedToObserved: { p50: number; p99: number };
  ratio: { p50: number; p99: number };
}

/** Gives the figures, and says them. */
export async function measureCuts(grants: number): Promise<CutFigures> {
  const config = tenRoles();
  const stack = await startStack({ env: { CURFEW_CONFIG: config } });
  try {
    const core = await startBenchCore(stack, config);
    const figures = await cutAll(core, grants);
    await core.stop();
    say(figures);
    return figures;
  } finally {
    await stack.stop();
    rmSync(config, { recursive: true, force: true });
  }
}

async function cutAll(core: BenchCore, grants: number): Promise<CutFigures> {
  await post(core, 'propagation', { ms: PROPAGATION_MS });
  const numbers = Array.from({ length: grants }, (_, index) => index);
  const requestIds = await eachOf(numbers, AT_ONCE, (number) =>
    openRequest(core, { name: `cut-${number}`, role: roleCalled(number % ROLES), minutes: 240 }),
  );
  await untilActive(core, requestIds);
  const sessions = await eachOf(of(core, 'grant.opened'), AT_ONCE, ({ grantId }) =>
    sessionOf(core, grantId ?? ''),
  );
  const workedBefore = await countWorking(core, sessions);
  const writesBefore = await iamWrites(core);

  const cutId = cutIdFor('bench', 'all');
  await core.desk.cut(
    await core.signer.sign({
      kind: 'cut',
      cutId,
      what: { of: 'person', person: core.ada },
      reason: 'measuring',
      by: core.ada,
      at: new Date().toISOString(),
    }),
  );
  await core.client.workflow.getHandle(`cut-${cutId}`).result();
  await untilTold(core, grants);

  const asked = new Map(of(core, 'end.asked').map((entry) => [entry.grantId, entry.at]));
  const took = of(core, 'end.observed').map(
    ({ grantId, at }) => Date.parse(at) - Date.parse(asked.get(grantId) ?? ''),
  );
  const askedToObserved = { p50: percentile(took, 50), p99: percentile(took, 99) };
  return {
    grants,
    roles: ROLES,
    iamWrites: (await iamWrites(core)) - writesBefore,
    entriesKept: entriesKept(core),
    workedBefore,
    workedAfter: await countWorking(core, sessions),
    ...effects(core, grants),
    propagationMs: PROPAGATION_MS,
    askedToObserved,
    ratio: { p50: over(askedToObserved.p50), p99: over(askedToObserved.p99) },
  };
}

const of = ({ ledger }: BenchCore, kind: LedgerKind): LedgerEntry[] =>
  ledger.entries({ kinds: [kind] });

/** The last word of a grant's own workflow comes after the cut's; an hour is for a lost one. */
async function untilTold({ told }: BenchCore, grants: number): Promise<void> {
  const patience = Date.now() + 3_600_000;
  const isOver = () => told.filter(({ kind }) => kind === 'ended').length >= grants;
  while (!isOver() && Date.now() < patience) await waitUntil(Date.now() + 100);
}

/** Each end has each step on record and each person one message about it. */
function effects(core: BenchCore, grants: number): { lost: number; doubled: number } {
  const steps = ['end.asked', 'end.written', 'end.observed', 'grant.ended'] as const;
  const effectsOf = [
    ...steps.map((step) => of(core, step).map(({ requestId }) => requestId)),
    core.told.filter(({ kind }) => kind === 'ended').map(({ requestId }) => requestId),
  ];
  const counts = effectsOf.map((ids) => ({ all: ids.length, each: new Set(ids).size }));
  return {
    lost: counts.reduce((sum, { each }) => sum + grants - each, 0),
    doubled: counts.reduce((sum, { all, each }) => sum + all - each, 0),
  };
}

/** By what was read back after each role's last write. */
function entriesKept(core: BenchCore): number {
  const last = new Map(
    of(core, 'revocations.written').map(({ data }) => [data['targetArn'], data['grantIds']]),
  );
  return [...last.values()].reduce<number>(
    (sum, ids) => sum + (Array.isArray(ids) ? ids.length : 0),
    0,
  );
}

const calls = z.array(z.object({ seq: z.int(), eventName: z.string() }));

async function iamWrites({ endpoint }: BenchCore): Promise<number> {
  let writes = 0;
  for (let after = 0; ;) {
    const answer = await fetch(`${endpoint}/calls?after=${after}`);
    const page = calls.parse(await answer.json());
    const last = page.at(-1);
    if (!last) return writes;
    writes += page.filter(({ eventName }) => eventName === 'PutRolePolicy').length;
    after = last.seq;
  }
}

async function post({ endpoint }: BenchCore, what: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${endpoint}/${what}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const roleCalled = (number: number): string => `bench-${number}`;

/** The example with ten more roles that policy gives to engineers at once. */
function tenRoles(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'curfew-bench-config-'));
  cpSync(exampleFolder, folder, { recursive: true });
  const roles = Array.from({ length: ROLES }, (_, number) =>
    [
      `  ${roleCalled(number)}:`,
      '    title: Measured',
      '    account: shop-dev',
      `    arn: arn:aws:iam::111111111111:role/jit/target/${roleCalled(number)}`,
      '    max: 8h',
      '    default: 1h',
      '    risk: low',
      '    route: auto',
    ].join('\n'),
  );
  change(path.join(folder, 'curfew.yaml'), /^roles:$/m, `roles:\n${roles.join('\n')}`);
  change(
    path.join(folder, 'policies/auto-approve.cedar'),
    'resource == Curfew::Role::"dev-readonly"',
    'resource is Curfew::Role',
  );
  return folder;
}

function change(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing changed in ${file}`);
  writeFileSync(file, changed);
}

const over = (ms: number): number => Math.round((ms / PROPAGATION_MS) * 10) / 10;

function say(figures: CutFigures): void {
  const { grants, roles, workedBefore, askedToObserved, ratio } = figures;
  console.error(
    [
      `${grants} live grants on ${roles} roles, cut by one word; ${workedBefore} sessions worked before it`,
      `IAM writes       ${figures.iamWrites}`,
      `entries kept     ${figures.entriesKept} of ${grants}; ${figures.workedAfter} sessions work afterwards`,
      `effects          ${figures.lost} lost, ${figures.doubled} doubled`,
      `asked → observed p50 ${askedToObserved.p50} ms, p99 ${askedToObserved.p99} ms: ${ratio.p50} and ${ratio.p99} times the propagation delay`,
    ].join('\n'),
  );
}
