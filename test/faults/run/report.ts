import type { GrantMechanism } from '../../../access/catalog';
import { roleOf } from './company';
import type { Evidence, PartEvidence, Violation } from './evidence';
import type { Injury } from './draw-injuries';
import type { Part } from './plan';
import type { Outcome } from './run';

/** What a run came to, for people and for programs. */
export interface Report {
  scenarios: number;
  passed: number;
  failed: number;
  seconds: number;
  /** Requests that were granted, sessions handed out, calls made with them. */
  grants: number;
  sessions: number;
  uses: number;
  /** Grants of each kind that were really given. */
  given: Record<GrantMechanism | 'extension' | 'break-glass', number>;
  listLooks: number;
  /** Scenarios per thousand in which something worked after its end. */
  latePerThousand: number;
  /** Steps that are missing or on record twice. */
  lostOrDoubled: number;
  faults: {
    /** Really taken, by whom and what. */
    outside: { target: string; operation: string; kind: string; times: number }[];
    outsideTotal: number;
    kills: Record<string, number>;
    terminated: number;
    reset: number;
    listsForgotten: number;
    clocks: number;
  };
  violations: Violation[];
}

const LOST_OR_DOUBLED = [
  'every step once',
  'every request comes to one end',
  'everybody is told once',
  'a break-glass is told to everybody at once',
  'a break-glass is reviewed once',
];

export function reportOf({ evidence, violations, taken, seconds, listLooks }: Outcome): Report {
  const parts = evidence.flatMap((one) => one.parts);
  const done = evidence.flatMap(({ injuries }) =>
    injuries.filter(({ note }) => note === 'done').map(({ injury }) => injury),
  );
  const count = (what: Injury['what']) => done.filter((injury) => injury.what === what).length;
  const failed = new Set(violations.map(({ seed }) => seed));
  const late = new Set(
    violations.filter(({ invariant }) => invariant.startsWith('no access')).map(({ seed }) => seed),
  );
  return {
    scenarios: evidence.length,
    passed: evidence.filter(({ plan }) => !failed.has(plan.seed)).length,
    failed: failed.size,
    seconds,
    grants: parts.filter(({ ledger }) => ledger.some(({ kind }) => kind === 'grant.activated'))
      .length,
    sessions: parts.reduce((sum, { sessions }) => sum + sessions.length, 0),
    uses: parts.reduce((sum, { uses }) => sum + uses.length, 0),
    given: givenIn(parts),
    listLooks,
    latePerThousand: evidence.length === 0 ? 0 : (late.size * 1000) / evidence.length,
    lostOrDoubled: violations.filter(({ invariant }) => LOST_OR_DOUBLED.includes(invariant)).length,
    faults: {
      outside: taken,
      outsideTotal: taken.reduce((sum, { times }) => sum + times, 0),
      kills: Object.fromEntries(
        (['bot', 'worker', 'temporal'] as const).map((name) => [
          name,
          done.filter((injury) => injury.what === 'kill' && injury.process === name).length,
        ]),
      ),
      terminated: count('terminate'),
      reset: count('reset'),
      listsForgotten: count('forget'),
      clocks: count('clock'),
    },
    violations,
  };
}

function givenIn(parts: readonly PartEvidence[]): Report['given'] {
  const active = parts.filter(({ ledger }) =>
    ledger.some(({ kind }) => kind === 'grant.activated'),
  );
  const count = (is: (part: Part) => boolean) => active.filter(({ part }) => is(part)).length;
  const by = (mechanism: GrantMechanism) =>
    count(({ role }) => roleOf(role).mechanism === mechanism);
  return {
    'role-session': by('role-session'),
    'permission-set': by('permission-set'),
    group: by('group'),
    extension: count((part) => part.extends === true),
    'break-glass': count(({ story }) => story === 'break-glass'),
  };
}

/** Everything that somebody needs to look into a scenario that failed. */
export function failureText(
  violations: readonly Violation[],
  seen: Evidence | undefined,
  command: string,
): string {
  const broken = violations.map(
    ({ invariant, requestId, evidence }) =>
      `  ✗ ${invariant}${requestId === undefined ? '' : ` (${requestId})`}\n      ${evidence}`,
  );
  if (!seen) return ['FAILED: the run as a whole', ...broken].join('\n');
  return [
    `FAILED: scenario ${seen.plan.seed}, ${seen.startedAt} to ${seen.endedAt}`,
    ...seen.parts.map(({ part, requestId, grantId }) =>
      `  ${planText(part)} ${requestId ?? ''} ${grantId ?? ''}`.trimEnd(),
    ),
    ...seen.injuries.map(({ at, injury, note }) => `  ${at} ${injuryText(injury)}: ${note}`),
    ...broken,
    `  Again, alone: ${command}`,
  ].join('\n');
}

const planText = ({
  who,
  role,
  minutes,
  story,
  ending,
  approvers,
  holdSeconds,
  extends: more,
}: Part) =>
  story === 'granted' || story === 'own-vote' || story === 'break-glass'
    ? `${who} ${more ? 'extends' : 'asks for'} ${role}, ${minutes} min: ${story}, approved by ${approvers.join(' and ') || 'policy'}, ends: ${ending}, used for ${holdSeconds} s`
    : `${who} asks for ${role}, ${minutes} min: ${story}`;

function injuryText(injury: Injury): string {
  switch (injury.what) {
    case 'outside':
      return `${injury.at}: ${injury.order.times ?? 1} × ${injury.order.kind} on ${injury.order.target} ${injury.order.operation ?? ''}`;
    case 'kill':
      return `${injury.at}: kill -9 of ${injury.process}`;
    case 'clock':
      return `${injury.at}: clock of ${injury.process} ${injury.seconds} s off`;
    case 'terminate':
    case 'reset':
      return `${injury.at}: ${injury.what} of the request's workflow`;
    case 'forget':
      return `${injury.at}: termination of the list's workflow`;
  }
}

export function summaryText(report: Report): string[] {
  const { faults } = report;
  const byKind = new Map<string, number>();
  for (const { target, kind, times } of faults.outside)
    byKind.set(`${target} ${kind}`, (byKind.get(`${target} ${kind}`) ?? 0) + times);
  const outside = [...byKind].map(([name, times]) => `${name} ${times}`).toSorted();
  const kills = Object.entries(faults.kills).map(([name, times]) => `${name} ${times}`);
  return [
    `${report.scenarios} scenarios in ${report.seconds} s: ${report.grants} grants, ${report.sessions} sessions used ${report.uses} times, revocation lists looked at ${report.listLooks} times.`,
    `Given: ${Object.entries(report.given)
      .map(([kind, times]) => `${kind} ${times}`)
      .join(', ')}.`,
    `Late access: ${report.latePerThousand} per 1,000 scenarios. Lost or doubled: ${report.lostOrDoubled}.`,
    `Faults that struck: ${faults.outsideTotal} outside (${outside.join(', ')}); kill -9: ${kills.join(', ')}; workflows terminated ${faults.terminated}, reset ${faults.reset}; list workflows terminated ${faults.listsForgotten}; clocks set wrong ${faults.clocks}.`,
  ];
}
