import type { Question } from '../access/decision';

/*
 * Made-up policies, the same in three tongues: of Cedar with curfew.yaml, as Curfew reads them; in Rego, for OPA;
 * and as plain TypeScript. Ten for each team, about its own role.
 */
export const ACTIONS = ['Request', 'AutoApprove', 'Grant'] as const;
type Action = (typeof ACTIONS)[number];

export interface Rule {
  id: string;
  effect: 'permit' | 'forbid';
  actions: readonly Action[];
  role: string;
  /** Speaks of this group's members only. */
  group?: string;
  /** Speaks of requests for more (or no more) minutes than these. */
  longerThan?: number;
  upTo?: number;
  /** Speaks of people who are on call. */
  onCall?: true;
  /** Speaks of requests that name no ticket. */
  withoutTicket?: true;
}

export const RULES_EACH = 10;
export const GROUPS_EACH = ['team', 'leads', 'contractors', 'suspended'] as const;
export const roleOf = (team: number): string => `role-${team}`;
export const groupOf = (kind: (typeof GROUPS_EACH)[number], team: number): string =>
  `${kind}-${team}`;

export function rulesOf(team: number): Rule[] {
  const role = roleOf(team);
  const rule = (name: string, about: Omit<Rule, 'id' | 'role'>): Rule => ({
    id: `${name}-${team}`,
    role,
    ...about,
  });
  const [members, leads] = [groupOf('team', team), groupOf('leads', team)];
  const asking = ['Request', 'Grant'] as const;
  return [
    rule('team-asks', { effect: 'permit', actions: asking, group: members }),
    rule('team-gets', { effect: 'permit', actions: ['AutoApprove'], group: members, upTo: 60 }),
    rule('leads-ask', { effect: 'permit', actions: asking, group: leads }),
    rule('leads-get', { effect: 'permit', actions: ['AutoApprove'], group: leads, upTo: 240 }),
    rule('on-call', { effect: 'permit', actions: ACTIONS, onCall: true }),
    rule('half-a-day', { effect: 'forbid', actions: ['Request'], longerThan: 360 }),
    rule('ticket', {
      effect: 'forbid',
      actions: ['Request', 'Grant'],
      longerThan: 120,
      withoutTicket: true,
    }),
    rule('contractors-wait', {
      effect: 'forbid',
      actions: ['AutoApprove'],
      group: groupOf('contractors', team),
    }),
    rule('contractors-short', {
      effect: 'forbid',
      actions: ['Grant'],
      group: groupOf('contractors', team),
      longerThan: 30,
    }),
    rule('suspended', { effect: 'forbid', actions: ACTIONS, group: groupOf('suspended', team) }),
  ];
}

/** What all three answer: is it given, and which policies said so. */
export interface Verdict {
  granted: boolean;
  policies: string[];
}

/** Which policies speak for and against each action. */
export type Spoken = Record<Action, { permits: string[]; forbids: string[] }>;

/** As Curfew decides where nobody is asked: each action in turn, and a forbid outweighs every permit. */
export function verdictOf(spoken: Spoken): Verdict {
  const policies = new Set<string>();
  for (const action of ACTIONS) {
    const { permits, forbids } = spoken[action];
    if (forbids.length > 0) return { granted: false, policies: forbids.toSorted() };
    if (permits.length === 0) return { granted: false, policies: [] };
    for (const id of permits) policies.add(id);
  }
  return { granted: true, policies: [...policies].toSorted() };
}

/** Questions of people in and out of the teams, of every kind that the rules tell apart; the same each time. */
export function questionsAbout(teams: number, count: number): Question[] {
  const draw = drawing(7);
  return Array.from({ length: count }, (_, index): Question => {
    const team = draw(teams);
    const theirs = draw(4) === 0 ? draw(teams) : team;
    const groups = GROUPS_EACH.filter(
      (kind) => draw(kind === 'team' ? 4 : 8) < (kind === 'team' ? 3 : 1),
    );
    const id = `person-${index}`;
    return {
      requester: id,
      role: roleOf(team),
      durationMinutes: [15, 45, 60, 90, 180, 300, 480][draw(7)] ?? 15,
      reason: 'measuring',
      ...(draw(2) === 0 && { ticket: 'OPS-1' }),
      at: '2026-01-05T12:00:00.000Z',
      people: [
        {
          id,
          emails: [`${id}@curfew.example`],
          groups: groups.map((kind) => groupOf(kind, theirs)),
          active: true,
          onCall: draw(10) === 0,
        },
      ],
    };
  });
}

/** Numbers below a bound, the same sequence for the same seed. */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
