import { statSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../access/catalog';
import type { BundleNews } from '../policy/bundle-news';
import type { Finding } from '../policy/finding';
import { bundleFileNames, readFolder, wrongHash } from './bundle';

/** Looks at a configuration folder now and then. */
export interface BundleWatch {
  /**
   * Hands over what became of a change, once it has held still from one look to the next: nobody is told of a
   * file that is half saved. When `take` throws, the same is handed over again at the next look.
   */
  look(take: (news: BundleNews) => void): void;
}

export function watchBundle(
  folder: string,
  {
    inForce,
    pinned,
    demand = () => undefined,
  }: {
    inForce: Catalog;
    pinned?: string | undefined;
    /** Throws what the environment lacks for this catalog. */
    demand?: (catalog: Catalog) => void;
  },
): BundleWatch {
  // Nothing yet: what was loaded at the start may have changed before the first look.
  let judged: string | undefined;
  let seen: string | undefined;
  let bad: string | undefined;

  function newsOf(): BundleNews | undefined {
    const { hash, texts, judge } = readOrSay(folder);
    if (hash === bad || (hash === inForce.hash && bad === undefined)) return undefined;
    const findings = wrongHash(hash, pinned);
    if (findings.length > 0) return { kind: 'refused', hash, findings };
    const read = judge();
    if (!read.ok) return { kind: 'refused', hash, findings: read.findings };
    const { catalog, policy } = read;
    const fixed = [...needsRestart(inForce, catalog), ...lacking(catalog, demand)];
    if (fixed.length > 0) return { kind: 'refused', hash, findings: fixed };
    return { kind: 'loaded', catalog, policy, files: texts, ...(bad && { mends: bad }) };
  }

  return {
    look(take) {
      const state = stateOf(folder);
      const holdsStill = state === seen;
      seen = state;
      if (state === judged || !holdsStill) return;
      const news = newsOf();
      if (news) take(news);
      judged = state;
      if (news) bad = news.kind === 'refused' ? news.hash : undefined;
    },
  };
}

/** Clients and links between people were made of these at the start. */
const AT_START = ['identityCenter', 'linking', 'onCallSchedules'] as const;

const needsRestart = (before: Catalog, after: Catalog): Finding[] =>
  AT_START.filter((field) => !isDeepStrictEqual(before[field], after[field])).map((field) =>
    refusal(
      field,
      'It differs from what was there at the start, and is read at the start only.',
      'Start the worker and the bot again; nothing that is live ends by that.',
    ),
  );

/** What only the environment can give, such as where people sign in. */
function lacking(catalog: Catalog, demand: (catalog: Catalog) => void): Finding[] {
  try {
    demand(catalog);
    return [];
  } catch (error) {
    return [refusal('file', messageOf(error), 'Set it, and start the worker and the bot again.')];
  }
}

const refusal = (field: string, problem: string, fix: string): Finding => ({
  level: 'error',
  file: 'curfew.yaml',
  line: 1,
  field,
  problem,
  fix,
});

/** Cheap to ask for: what changes when any file of the folder does. */
function stateOf(folder: string): string {
  try {
    return bundleFileNames(folder)
      .map((name) => {
        const { mtimeMs, size, ino } = statSync(path.join(folder, name));
        return [name, mtimeMs, size, ino].join(':');
      })
      .join('\n');
  } catch (error) {
    return `unreadable: ${messageOf(error)}`;
  }
}

/** A folder that cannot be read is one that cannot be used. */
function readOrSay(folder: string): ReturnType<typeof readFolder> {
  try {
    return readFolder(folder);
  } catch (error) {
    const unreadable = refusal(
      'file',
      `The folder cannot be read: ${messageOf(error)}.`,
      'Put it back, or let Curfew read it.',
    );
    return {
      hash: 'unreadable',
      texts: {},
      judge: () => ({ ok: false, findings: [unreadable] }),
    };
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
