import { z } from 'zod';
import { question } from '../access/decision';
import { parseDuration } from '../access/duration';
import { workloadKind } from '../access/workload';
import { inYaml } from './catalog-finding';
import { misshapen } from './catalog-shape';
import type { Finding } from './finding';
import { didYouMean } from './nearest';
import { readYaml, type Path, type YamlFile } from './yaml-file';

/** Decision tables stand beside the policies, under this name. */
export const TABLES_FILE = 'tests.yaml';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time as 10:30');
/** Any day's, for rules about days; a bare time is of one Monday. */
const moment = z.union([clock, z.iso.datetime()], {
  error: 'a time as 10:30, or 2026-01-10T10:30:00Z',
});
const verdict = z.enum(['grant', 'ask', 'deny']);
const answer = z.enum(['grant', 'deny']);
const groups = z.array(z.string());
const someone = z.union(
  [
    groups.transform((names) => ({
      groups: names,
      active: true,
      onCall: undefined,
      manager: undefined,
    })),
    z.strictObject({
      groups,
      active: z.boolean().default(true),
      onCall: z.boolean().optional(),
      manager: z.string().optional(),
    }),
  ],
  { error: 'a list of groups, or groups with active, onCall and manager' },
);

const tables = z.strictObject({
  people: z.record(z.string(), someone),
  /** Pipelines and agents, who then can stand as requester. */
  workloads: z
    .record(z.string(), z.strictObject({ kind: workloadKind, accountable: z.string() }))
    .default({}),
  decisions: z
    .array(
      z.strictObject({
        it: z.string(),
        ask: z.strictObject({
          requester: z.string(),
          role: z.string(),
          account: z.string().optional(),
          for: z
            .string()
            .refine((text) => parseDuration(text) !== undefined, 'a duration as 1h or 30m')
            .optional(),
          minutes: z.number().optional(),
          reason: z.string().default('Look at the failing job'),
          ticket: z.string().optional(),
          at: moment.default('10:30'),
          breakGlass: z.boolean().optional(),
          ticketFacts: question.shape.ticketFacts,
          openRequests: question.shape.openRequests,
          lastUsedDays: question.shape.lastUsedDays,
        }),
        grants: z
          .array(
            z.strictObject({
              of: z.string(),
              role: z.string().default('prod-admin'),
              from: moment,
              until: moment,
              breakGlass: z.boolean().default(true),
              reviewed: z.boolean().default(false),
            }),
          )
          .optional(),
        delegations: z
          .array(
            z.strictObject({
              by: z.string(),
              to: z.string(),
              from: moment.default('08:00'),
              until: moment.default('18:00'),
            }),
          )
          .optional(),
        votes: z
          .array(
            z.strictObject({
              by: z.string(),
              says: z.enum(['approve', 'deny']),
              for: z
                .string()
                .refine((text) => parseDuration(text) !== undefined, 'a duration as 1h or 30m')
                .optional(),
              at: moment.default('10:00'),
            }),
          )
          .default([]),
        expect: z.strictObject({
          verdict,
          needed: z.number().optional(),
          approvers: z.array(z.string()).optional(),
          counted: z.array(z.string()).optional(),
          rule: z.string().optional(),
          stage: z.number().optional(),
          because: z.string().optional(),
          expiresAt: moment.optional(),
        }),
      }),
    )
    .default([]),
  revocations: z
    .array(
      z.strictObject({
        by: z.string(),
        of: z.string(),
        role: z.string(),
        expect: answer,
        because: z.string().optional(),
      }),
    )
    .default([]),
  revocationsOfAll: z
    .array(z.strictObject({ by: z.string(), expect: answer, because: z.string().optional() }))
    .default([]),
});

/** Decision tables as they were written, and where each row stands. */
export interface Tables {
  file: z.output<typeof tables>;
  yaml: YamlFile;
}

/** Reads the tables; what is wrong with them names its line, field and fix. */
export function readTables(text: string): { tables?: Tables; findings: Finding[] } {
  const yaml = readYaml(TABLES_FILE, text);
  if (yaml.findings.length > 0) return { findings: yaml.findings };
  const read = tables.safeParse(yaml.value);
  if (!read.success) {
    const shape = { file: TABLES_FILE, keysBeside };
    return { findings: read.error.issues.flatMap((issue) => misshapen(yaml, issue, shape)) };
  }
  const found = { file: read.data, yaml };
  const findings = strangers(found);
  return findings.length > 0 ? { findings } : { tables: found, findings };
}

/** Names that the tables use and do not introduce: a row about nobody would prove nothing. */
function strangers({ file, yaml }: Tables): Finding[] {
  const known = Object.keys(file.people);
  const asking = (name: string): boolean => Object.hasOwn(file.workloads, name);
  const used: [string, Path][] = [
    ...Object.entries(file.workloads).map(([name, { accountable }]): [string, Path] => [
      accountable,
      ['workloads', name, 'accountable'],
    ]),
    ...Object.entries(file.people).flatMap(([name, { manager }]): [string, Path][] =>
      manager === undefined ? [] : [[manager, ['people', name, 'manager']]],
    ),
    ...file.decisions.flatMap(({ ask, votes, grants = [], ...row }, index): [string, Path][] => {
      const { expect, delegations = [] } = row;
      const path = ['decisions', index];
      return [
        ...listedUnless(asking, ask.requester, [...path, 'ask', 'requester']),
        ...votes.map(({ by }, nth): [string, Path] => [by, [...path, 'votes', nth, 'by']]),
        ...delegations.flatMap(({ by, to }, nth): [string, Path][] => [
          [by, [...path, 'delegations', nth, 'by']],
          [to, [...path, 'delegations', nth, 'to']],
        ]),
        ...grants.flatMap(({ of }, nth) =>
          listedUnless(asking, of, [...path, 'grants', nth, 'of']),
        ),
        ...listed(expect.approvers, [...path, 'expect', 'approvers']),
        ...listed(expect.counted, [...path, 'expect', 'counted']),
      ];
    }),
    ...file.revocations.flatMap(({ by, of }, index): [string, Path][] => [
      [by, ['revocations', index, 'by']],
      [of, ['revocations', index, 'of']],
    ]),
    ...file.revocationsOfAll.map(({ by }, index): [string, Path] => [
      by,
      ['revocationsOfAll', index, 'by'],
    ]),
  ];
  return (
    used
      // An address, in whatever spelling, is looked up among the people by the policy itself.
      .filter(([name]) => !known.includes(name) && !name.includes('@'))
      .map(([name, path]) =>
        inYaml(
          TABLES_FILE,
          yaml,
          'error',
          path,
          `There is nobody called ${name} in people.`,
          `Use one of ${known.join(', ')}.${didYouMean(name, known)}`,
        ),
      )
  );
}

const listed = (names: readonly string[] | undefined, path: Path): [string, Path][] =>
  (names ?? []).map((name, nth) => [name, [...path, nth]]);

const listedUnless = (
  isKnown: (name: string) => boolean,
  name: string,
  path: Path,
): [string, Path][] => (isKnown(name) ? [] : [[name, path]]);

/** The settings that exist where this path leads. */
function keysBeside([section, , part]: Path): string[] {
  const { shape } = tables;
  if (section === undefined) return Object.keys(shape);
  if (section === 'people') return ['groups', 'active', 'onCall', 'manager'];
  if (section === 'workloads') return Object.keys(shape.workloads.unwrap().valueType.shape);
  if (section === 'revocations') return Object.keys(shape.revocations.unwrap().element.shape);
  if (section === 'revocationsOfAll')
    return Object.keys(shape.revocationsOfAll.unwrap().element.shape);
  const row = shape.decisions.unwrap().element.shape;
  const parts: Record<string, object> = {
    ask: row.ask.shape,
    expect: row.expect.shape,
    votes: row.votes.unwrap().element.shape,
    grants: row.grants.unwrap().element.shape,
    delegations: row.delegations.unwrap().element.shape,
  };
  return Object.keys(parts[part ?? ''] ?? row);
}
