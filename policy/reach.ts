import type { PersonFacts, Question } from '../access/decision';
import type { Workload } from '../access/workload';
import { benchOf } from './approvers';
import { openCase, ruleOn, type Bundle, type Case } from './case';
import type { RoleTerms } from './catalog';
import { CATALOG_FILE, inCatalog } from './catalog-finding';
import type { Finding } from './finding';
import { findPerson } from './people';
import { mostFilled } from './seating';
import { couldFit, whyNeverReached } from './variants-reach';
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
  const all = bundle.book.roles().flatMap(({ id }) => bundle.book.terms(id) ?? []);
  const ofRoles = all.flatMap((terms) => {
    const { id } = terms.role;
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
  const ofVariants = [...Map.groupBy(all, ({ route }) => route)].flatMap(([route, roles]) =>
    (roles[0]?.variants ?? []).flatMap((_, index) =>
      variantProblems(index, roles, (terms) => caseOf(bundle, terms, groups, people ?? []), {
        knowsPeople: people !== undefined,
      }).map(({ problem, fix }) =>
        inCatalog(yaml, 'warning', ['routes', route, 'variants', index], problem, fix),
      ),
    ),
  );
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
  return [...ofRoles, ...ofVariants, ...unanswered];
}

/** Of one variant (by index) of the route that these roles take. */
function variantProblems(
  index: number,
  roles: readonly RoleTerms[],
  toCase: (terms: RoleTerms) => Case,
  { knowsPeople }: { knowsPeople: boolean },
): Problem[] {
  const [{ variants } = { variants: [] }] = roles;
  const variant = variants[index];
  if (variant === undefined) return [];
  const never = whyNeverReached(variant, variants, roles);
  if (never !== undefined)
    return [{ problem: `Nobody can get here: ${never}`, fix: 'Change when, or remove it.' }];
  return roles
    .filter((terms) => couldFit(variant.when, terms))
    .flatMap((terms) => {
      // The same variant asks the owners of each role.
      const seats = terms.variants[index]?.seats ?? [];
      const file = toCase({ ...terms, seats, variants: [] });
      return seats.length === 0 ? waivingProblems(file) : approvingProblems(file, knowsPeople);
    });
}

function waivingProblems(file: Case): Problem[] {
  const { id } = file.terms.role;
  if (ruleOn(file, 'AutoApprove', file.requester).kind !== 'uncovered') return [];
  return [
    {
      problem: `Nobody gets ${id} unasked: no policy permits AutoApprove for it, so the route's own seats are asked.`,
      fix: `Write a permit for Curfew::Action::"AutoApprove" that covers Curfew::Role::"${id}", or remove auto.`,
    },
  ];
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
    seats.flatMap(({ groups, isManagers, label }) => [
      ...(isManagers === true && ruleOn(file, 'Approve', manager).kind === 'uncovered'
        ? ['the manager']
        : []),
      ...(groups.length > 0 && !groups.some((group) => mayApprove(file, group))
        ? [isManagers === true ? groups.join(' or ') : label]
        : []),
    ]),
  );
  if (unreachable.size > 0)
    return [...unreachable].map((label) => ({
      problem: `Nobody can approve ${role.id}: no policy permits Approve for ${label}.`,
      fix: `Write a permit for Curfew::Action::"Approve" that covers ${label}, or change the route.`,
    }));
  if (!knowsPeople) return [];
  const filled = mostFilled([], benchOf(file).sitters, file.humanOf);
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

function member(id: string, groups: readonly string[]): PersonFacts {
  return { id, emails: [], groups: [...groups], active: true, onCall: true };
}

/** Whoever asks has one, in no group that decides anything. */
const manager = member('their manager', []);

/** Somebody with every group asks for the shortest time, with all there is to give. */
export function caseOf(
  bundle: Bundle,
  terms: RoleTerms,
  groups: readonly string[],
  people: readonly PersonFacts[],
): Case {
  const requester = { ...member('anyone', groups), manager: manager.id };
  const question: Question = {
    requester: requester.id,
    role: terms.role.id,
    durationMinutes: 1,
    reason: 'to see whether anybody could',
    ticket: 'ANY-1',
    at: '2026-01-05T12:00:00.000Z',
    people: [...people, requester, manager],
    grants: [],
    ticketFacts: { status: 'any', assignedToRequester: true, project: 'ANY' },
    openRequests: 0,
    lastUsedDays: 0,
  };
  return openCase({ bundle, terms, requester, question });
}
