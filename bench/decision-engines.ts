import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { z } from 'zod';
import type { Question } from '../access/decision';
import { readBundle } from '../policy/bundle';
import { findingText } from '../policy/finding';
import { ACTIONS, GROUPS_EACH, groupOf, roleOf, rulesOf, verdictOf } from './decision-rules';
import type { Rule, Verdict } from './decision-rules';

export type Decide = (question: Question) => Verdict;

/** Curfew's own decision function, as bot and worker ask it: Cedar, the catalog, and why. */
export function curfew(teams: readonly number[]): Decide {
  const bundle = readBundle(
    [
      { name: 'curfew.yaml', text: catalogText(teams) },
      ...teams.map((team) => ({
        name: `policies/team-${team}.cedar`,
        text: rulesOf(team).map(cedarText).join('\n'),
      })),
    ],
    'measured',
  );
  if (!bundle.ok) throw new Error(bundle.findings.map(findingText).join('\n'));
  const { policy } = bundle;
  return (question) => {
    const { verdict, policies } = policy.decide(question);
    return { granted: verdict === 'grant', policies: policies.toSorted() };
  };
}

/** The floor: the same rules as data, asked one after the other. */
export function plain(teams: readonly number[]): Decide {
  const rules = teams.flatMap(rulesOf);
  return (question) => {
    const speaking = rules.filter((rule) => speaks(rule, question));
    const idsOf = (effect: Rule['effect'], action: (typeof ACTIONS)[number]): string[] =>
      speaking
        .filter((one) => one.effect === effect && one.actions.includes(action))
        .map(({ id }) => id);
    const spoken = (action: (typeof ACTIONS)[number]) => ({
      permits: idsOf('permit', action),
      forbids: idsOf('forbid', action),
    });
    return verdictOf({
      Request: spoken('Request'),
      AutoApprove: spoken('AutoApprove'),
      Grant: spoken('Grant'),
    });
  };
}

function speaks(rule: Rule, { role, people, durationMinutes, ticket }: Question): boolean {
  const [person] = people;
  return (
    person !== undefined &&
    rule.role === role &&
    (rule.group === undefined || person.groups.includes(rule.group)) &&
    (rule.longerThan === undefined || durationMinutes > rule.longerThan) &&
    (rule.upTo === undefined || durationMinutes <= rule.upTo) &&
    (rule.onCall === undefined || person.onCall === true) &&
    (rule.withoutTicket === undefined || ticket === undefined)
  );
}

const spokenByOpa = z.tuple([
  z.object({
    result: z.record(
      z.enum(ACTIONS),
      z.object({ permits: z.array(z.string()), forbids: z.array(z.string()) }),
    ),
  }),
]);

/** OPA: each rule is one of Rego's, compiled to WebAssembly by `opa` (the program). */
export async function opaWasm(teams: readonly number[], opa: string): Promise<Decide> {
  const policy = await loadPolicy(compiled(regoText(teams.flatMap(rulesOf)), opa));
  return ({ role, durationMinutes, ticket, people: [person] }) => {
    const input = { role, durationMinutes, ...(ticket && { ticket }), person };
    const [{ result }] = spokenByOpa.parse(policy.evaluate(input));
    return verdictOf(result);
  };
}

function compiled(rego: string, opa: string): Buffer<ArrayBuffer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'curfew-opa-'));
  try {
    const [source, bundle] = [path.join(folder, 'rules.rego'), path.join(folder, 'bundle.tgz')];
    writeFileSync(source, rego);
    execFileSync(opa, ['build', '-t', 'wasm', '-e', 'curfew/spoken', '-o', bundle, source]);
    execFileSync('tar', ['-xzf', bundle, '-C', folder, '/policy.wasm'], { stdio: 'pipe' });
    return readFileSync(path.join(folder, 'policy.wasm'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function catalogText(teams: readonly number[]): string {
  const groups = teams.flatMap((team) => GROUPS_EACH.map((kind) => groupOf(kind, team)));
  return [
    'timezone: Europe/Berlin',
    "channels: { cards: '#cards', alarms: '#alarms', security: '#security' }",
    `groups: [${groups.join(', ')}]`,
    'accounts:',
    `  shop: { id: '111111111111', env: dev, owners: [${groups[0] ?? ''}], region: eu-central-1 }`,
    'roles:',
    ...teams.map(
      (team) =>
        `  ${roleOf(team)}: { title: ${roleOf(team)}, account: shop, arn: 'arn:aws:iam::111111111111:role/jit/target/${roleOf(team)}', max: 8h, default: 1h, risk: low, route: auto }`,
    ),
  ].join('\n');
}

function cedarText({ id, effect, actions, role, group, ...about }: Rule): string {
  const named = actions.map((action) => `Curfew::Action::"${action}"`).join(', ');
  const who = group === undefined ? 'principal' : `principal in Curfew::Group::"${group}"`;
  const when = [
    about.longerThan !== undefined && `context.durationMinutes > ${about.longerThan}`,
    about.upTo !== undefined && `context.durationMinutes <= ${about.upTo}`,
    about.onCall && 'principal has onCall && principal.onCall',
    about.withoutTicket && '!(context has ticket)',
  ].filter((part) => part !== undefined && part !== false);
  return [
    `@id("${id}")`,
    ...(effect === 'forbid' ? [`@advice("${id} says no.")`] : []),
    `${effect} (${who}, action in [${named}], resource == Curfew::Role::"${role}")`,
    ...(when.length > 0 ? [`when { ${when.join(' && ')} }`] : []),
  ]
    .join('\n')
    .concat(';');
}

function regoText(rules: readonly Rule[]): string {
  const setsOf = ACTIONS.map(
    (action) =>
      `"${action}": {"permits": {id | some id in permit["${action}"]}, "forbids": {id | some id in forbid["${action}"]}}`,
  );
  return [
    'package curfew',
    'import rego.v1',
    `spoken := {${setsOf.join(', ')}}`,
    ...rules.flatMap(regoRule),
  ].join('\n');
}

function regoRule({ id, effect, actions, role, group, ...about }: Rule): string[] {
  const conditions = [
    `input.role == "${role}"`,
    group !== undefined && `"${group}" in input.person.groups`,
    about.longerThan !== undefined && `input.durationMinutes > ${about.longerThan}`,
    about.upTo !== undefined && `input.durationMinutes <= ${about.upTo}`,
    about.onCall && 'input.person.onCall',
    about.withoutTicket && 'not input.ticket',
  ].filter((part) => part !== undefined && part !== false);
  return actions.map(
    (action) => `${effect}["${action}"] contains "${id}" if { ${conditions.join('; ')} }`,
  );
}
