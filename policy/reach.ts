import type { PersonFacts, Question } from '../access/decision';
import type { Workload } from '../access/workload';
import { benchOf, oncePerHuman } from './approvers';
import { ruleOn, type Bundle, type Case } from './case';
import type { RoleTerms } from './catalog';
import { CATALOG_FILE, inCatalog } from './catalog-finding';
import type { Finding } from './finding';
import { findPerson } from './people';
import { seatsFilled } from './seats';
import { readYaml } from './yaml-file';

/**
 * Roles that nobody can ask for, or nobody can approve. Without a directory this finds what no member
 * of the named groups could do; with its people also seats that nobody is there to fill.
 */
export function whatNobodyCan(
  bundle: Bundle,
  catalogText: string,
  groups: readonly string[],
  people?: readonly PersonFacts[],
): Finding[] {
  const yaml = readYaml(CATALOG_FILE, catalogText);
  const roles = bundle.book.roles().flatMap(({ id }) => {
    const terms = bundle.book.terms(id);
    if (terms === undefined) return [];
    const file = caseOf(bundle, terms, groups, people ?? []);
    const warn =
      (setting: string) =>
      ({ problem, fix }: Problem): Finding =>
        inCatalog(yaml, 'warning', ['roles', id, setting], problem, fix);
    return [
      ...askingProblems(file).map(warn('route')),
      ...approvingProblems(file, people !== undefined).map(warn('route')),
      ...breakGlassProblems(file, people).map(warn('breakGlass')),
      ...workloadProblems(file).map(warn('workloads')),
    ];
  });
  const unanswered = bundle.book.workloads.flatMap(({ id, accountable }) =>
    people === undefined || findPerson(people, accountable).found?.active === true
      ? []
      : [
          inCatalog(
            yaml,
            'warning',
            ['workloads', id, 'accountable'],
            `Nobody answers for ${id}: ${accountable} is nobody active in the directory, or several.`,
            'Name one active person, by directory id or address.',
          ),
        ],
  );
  return [...roles, ...unanswered];
}

type Problem = Pick<Finding, 'problem' | 'fix'>;

function askingProblems(file: Case): Problem[] {
  const { id } = file.terms.role;
  const problems: Problem[] = [];
  if (workloadsWith(file).length > 0) return problems;
  for (const action of actionsToGet(file))
    if (ruleOn(file, action, file.requester).kind === 'uncovered')
      problems.push({
        problem: `Nobody can get ${id}: no policy permits ${action} for it.`,
        fix: `Write a permit for Curfew::Action::"${action}" that covers Curfew::Role::"${id}".`,
      });
  return problems;
}

const actionsToGet = ({ terms }: Case) =>
  terms.seats.length === 0
    ? (['Request', 'AutoApprove', 'Grant'] as const)
    : (['Request', 'Grant'] as const);

/** The pipelines and agents that are permitted all it takes. */
const workloadsWith = (file: Case): Workload[] =>
  file.terms.role.workloadMinutes === undefined
    ? []
    : file.bundle.book.workloads.filter((workload) =>
        actionsToGet(file).every(
          (action) => ruleOn({ ...file, workload }, action, file.requester).kind !== 'uncovered',
        ),
      );

function workloadProblems(file: Case): Problem[] {
  const { id, workloadMinutes } = file.terms.role;
  if (workloadMinutes === undefined || workloadsWith(file).length > 0) return [];
  const actions = actionsToGet(file).join(', ');
  return [
    {
      problem: `No pipeline or agent can get ${id}: no policy permits ${actions} for one.`,
      fix: `Write a permit (principal is Curfew::Pipeline, …) that covers Curfew::Role::"${id}", or remove workloads.`,
    },
  ];
}

function approvingProblems(file: Case, knowsPeople: boolean): Problem[] {
  const { seats, role } = file.terms;
  const unreachable = new Set(
    seats
      .filter(({ groups }) => groups.length > 0 && !groups.some((group) => mayApprove(file, group)))
      .map(({ label }) => label),
  );
  if (unreachable.size > 0)
    return [...unreachable].map((label) => ({
      problem: `Nobody can approve ${role.id}: no policy permits Approve for ${label}.`,
      fix: `Write a permit for Curfew::Action::"Approve" that covers ${label}, or change the route.`,
    }));
  if (!knowsPeople) return [];
  const filled = seatsFilled(oncePerHuman(benchOf(file).sitters));
  if (filled >= seats.length) return [];
  return [
    {
      problem: `Nobody can approve ${role.id}: the directory's people fill ${filled} of ${seats.length} seats.`,
      fix: 'Add active people to the groups of the route, or change the route.',
    },
  ];
}

function breakGlassProblems(file: Case, people: readonly PersonFacts[] | undefined): Problem[] {
  const { role, reviewers } = file.terms;
  if (reviewers === undefined) return [];
  const problems: Problem[] = [];
  if (ruleOn(file, 'BreakGlass', file.requester).kind === 'uncovered')
    problems.push({
      problem: `Nobody can break the glass for ${role.id}: no policy permits BreakGlass for it.`,
      fix: `Write a permit for Curfew::Action::"BreakGlass" that covers Curfew::Role::"${role.id}".`,
    });
  const couldReview = ({ active, groups }: PersonFacts): boolean =>
    active && reviewers.groups.some((group) => groups.includes(group));
  if (people !== undefined && reviewers.groups.length > 0 && !people.some(couldReview))
    problems.push({
      problem: `Nobody could review a break-glass of ${role.id}: nobody active is in ${reviewers.label}.`,
      fix: `Add active people to ${reviewers.label}, or name other reviewers.`,
    });
  return problems;
}

/** Would a member of this group be covered? What a forbid says to the hour or the person does not count. */
const mayApprove = (file: Case, group: string): boolean =>
  ruleOn(file, 'Approve', member(`of ${group}`, [group])).kind !== 'uncovered';

const member = (id: string, groups: readonly string[]): PersonFacts => ({
  id,
  emails: [],
  groups: [...groups],
  active: true,
  onCall: true,
});

/** Somebody with every group asks for the shortest time, with all there is to give. */
function caseOf(
  bundle: Bundle,
  terms: RoleTerms,
  groups: readonly string[],
  people: readonly PersonFacts[],
): Case {
  const requester = member('anyone', groups);
  const question: Question = {
    requester: requester.id,
    role: terms.role.id,
    durationMinutes: 1,
    reason: 'to see whether anybody could',
    ticket: 'ANY-1',
    at: '2026-01-05T12:00:00.000Z',
    people: [...people, requester],
    grants: [],
    ticketFacts: { status: 'any', assignedToRequester: true, project: 'ANY' },
    openRequests: 0,
    lastUsedDays: 0,
  };
  return { bundle, terms, requester, question, entitlements: new Map() };
}
