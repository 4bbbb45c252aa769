import type { Decision, PersonFacts, Question } from '../access/decision';
import { durationText } from '../access/duration';
import type { Explanation } from '../access/explanation';
import { faultsOf } from './admission';
import { benchOf, seatsFor, whyStoodIn } from './approvers';
import { askerName, askerOf, caseOf } from './asker';
import { ruleOn, type Bundle, type Case } from './case';
import type { Seat } from './catalog';
import type { RequestAction } from './cedar-schema';
import { awayFor } from './delegates';
import { hasTicket, onCallFact } from './facts';
import { longestOf, nearestRequest } from './nearest-request';
import { findPerson, nameOf } from './people';
import { isForWorkloads, type RulePolicy } from './rules';
import { actionsOf, groupOf, mayMeanMember, mayMeanRole } from './scopes';

/** Names and rules beyond these are counted, not listed: nobody reads further. */
const MOST_NAMES = 8;

/**
 * The trace of a decision in the order in which it is taken. It asks the same rules as the decision and
 * decides nothing itself.
 */
export function explain(
  bundle: Bundle,
  question: Question,
  decide: (question: Question) => Decision,
): Explanation {
  const decision = decide(question);
  const file = caseOf(bundle, question);
  const whoMay = file && decision.verdict === 'ask' ? whoMayText(file, decision) : undefined;
  const wouldPass =
    decision.verdict === 'deny' ? nearestRequest(bundle, question, decide) : undefined;
  const parts = [
    { title: 'Who asks', lines: whoAsks(bundle, question) },
    ...(file
      ? [
          { title: 'Which rules let them', lines: whatLets(file) },
          { title: 'Limits that were looked at', lines: limits(file) },
          { title: 'Who must say yes', lines: seats(file, decision, whoMay) },
        ]
      : []),
    {
      title: ANSWER[decision.verdict],
      lines: [...decision.because, ...(wouldPass === undefined ? [] : [wouldPass])],
    },
  ];
  return {
    verdict: decision.verdict,
    at: question.at,
    policyHash: bundle.book.hash,
    parts,
    forbiddenBy: forbiddenBy(bundle, decision),
    ...(whoMay !== undefined && { whoMay }),
    ...(wouldPass !== undefined && { wouldPass }),
  };
}

const ANSWER: Record<Decision['verdict'], string> = {
  grant: 'The answer: yes',
  ask: 'The answer: somebody has to say yes',
  deny: 'The answer: no',
};

const forbiddenBy = ({ rules }: Bundle, { verdict, policies }: Decision): string[] =>
  verdict !== 'deny'
    ? []
    : rules.policies
        .filter(({ id, json }) => json.effect === 'forbid' && policies.includes(id))
        .map(({ id }) => id);

function whoAsks(bundle: Bundle, question: Question): string[] {
  const { book } = bundle;
  const asker = askerOf(bundle, question);
  const role = book.role(question.role);
  const what = role ? `${role.id} in ${role.account.name}` : `the role ${question.role}`;
  const { found, workload } = asker.found ? asker : { found: undefined, workload: undefined };
  const who = found
    ? askerName({ requester: found, ...(workload && { workload }) })
    : question.requester;
  const asks = `${who} asks for ${what}, for ${durationText(question.durationMinutes)}${question.breakGlass === true ? ', by break-glass' : ''}.`;
  if (asker.found === undefined) return [asks, asker.because];
  const { found: person } = asker;
  const state = `active${shiftText(onCallFact(book, person, role?.schedule))}; ${groupsText(bundle, question.role, person)}`;
  return [
    asks,
    workload
      ? `${nameOf(person)} answers for it; in the directory: ${state}.`
      : `In the directory: ${state}.`,
  ];
}

const shiftText = (onCall: boolean | undefined): string =>
  onCall === undefined ? '' : onCall ? ', on call' : ', not on call';

/** Only groups that something here rests on: whoever looks need not know the others. */
function groupsText({ book, rules }: Bundle, role: string, { groups }: PersonFacts): string {
  const terms = book.terms(role);
  const known = new Set([
    ...rules.policies.flatMap(({ json }) => groupOf(json) ?? []),
    ...(terms?.owners ?? []),
    ...(terms ? [terms, ...terms.variants] : []).flatMap(({ seats: all }) =>
      all.flatMap((seat) => seat.groups),
    ),
  ]);
  const shown = groups.filter((group) => known.has(group));
  return shown.length === 0 ? 'in no group that the rules name' : `in ${listed(shown)}`;
}

const ASKED: Record<'Request' | 'AutoApprove' | 'BreakGlass' | 'Grant', string> = {
  Request: 'ask for it',
  AutoApprove: 'have it without asking anybody',
  BreakGlass: 'have it at once in an emergency',
  Grant: 'be granted it',
};

/** What is asked of the rules about the requester, with the permits that come near where none fits. */
function whatLets(file: Case): string[] {
  return actionsAsked(file).flatMap((action) => {
    const ruling = ruleOn(file, action, file.requester);
    const name = askerName(file);
    if (ruling.kind === 'permitted')
      return [`${rulesText(ruling.policies)} ${name} ${ASKED[action]}.`];
    if (ruling.kind === 'uncovered')
      return [`No rule lets ${name} ${ASKED[action]}.`, ...nearMisses(file, action)];
    return ruling.because.map((why, index) => {
      const id = ruling.policies[index];
      return id === undefined
        ? why
        : `The rule ${id} does not let ${name} ${ASKED[action]}: ${why}`;
    });
  });
}

const actionsAsked = ({ question, terms }: Case): (keyof typeof ASKED)[] => [
  ...(question.breakGlass === true ? (['BreakGlass'] as const) : (['Request'] as const)),
  ...(question.breakGlass !== true && terms.seats.length === 0 ? (['AutoApprove'] as const) : []),
  'Grant',
];

const rulesText = (ids: readonly string[]): string =>
  ids.length === 1 ? `The rule ${listed(ids)} lets` : `The rules ${listed(ids)} let`;

/** Permits whose scope speaks of this role: for whom they are, or that their conditions do not hold. */
function nearMisses(file: Case, action: RequestAction): string[] {
  const { requester, terms, workload } = file;
  return about(file, action, 'permit').map(({ id, json }) =>
    workload !== undefined || mayMeanMember(json, requester.groups)
      ? `The rule ${id} comes near: its conditions do not hold here.`
      : `The rule ${id} comes near: it is for members of ${groupOf(json) ?? ''}, and ${nameOf(requester)} is not one. It speaks of ${terms.role.id}.`,
  );
}

/** Rules whose scope can mean this action on this role. */
const about = (
  { bundle, terms, workload }: Case,
  action: RequestAction,
  effect: 'permit' | 'forbid',
): RulePolicy[] =>
  bundle.rules.policies.filter(
    ({ json }) =>
      json.effect === effect &&
      (effect === 'forbid' || isForWorkloads(json) === (workload !== undefined)) &&
      actionsOf(json).includes(action) &&
      mayMeanRole(json, terms.role),
  );

function limits(file: Case): string[] {
  const { question, terms } = file;
  const { role } = terms;
  const max = longestOf(file.question, role);
  const faults = faultsOf(question, terms);
  const quiet = quietForbids(file);
  return [
    ...(max === undefined
      ? []
      : [
          `${role.id} is given for ${durationText(max)} at most; ${durationText(question.durationMinutes)} is asked.`,
        ]),
    hasTicket(question)
      ? 'A ticket is named.'
      : `No ticket is named${role.ticketRequired ? ', and this role needs one' : ''}.`,
    ...faults,
    ...(quiet.length > 0
      ? [`Rules that could forbid it and do not: ${listed(quiet.map(({ id }) => id))}.`]
      : []),
  ];
}

function quietForbids(file: Case): RulePolicy[] {
  const actions = actionsAsked(file);
  const firing = new Set(
    actions.flatMap((action) => {
      const ruling = ruleOn(file, action, file.requester);
      return ruling.kind === 'permitted' ? [] : ruling.policies;
    }),
  );
  const possible = actions.flatMap((action) => about(file, action, 'forbid'));
  return [...new Set(possible)].filter(({ id }) => !firing.has(id));
}

function seats(file: Case, decision: Decision, whoMay: string | undefined): string[] {
  const { question, terms } = file;
  if (question.breakGlass === true)
    return [
      `Nobody is asked; ${terms.role.breakGlass?.reviewers ?? 'nobody'} reviews it afterwards.`,
    ];
  if (terms.seats.length === 0) return ['Nobody is asked about this role.'];
  const { people } = question;
  return [
    `It needs ${terms.role.rule}.`,
    ...new Set(terms.seats.flatMap((seat) => standInText(file, seat))),
    ...decision.countedReviews.map(({ by, counted, because }) => {
      const who = findPerson(people, by).found;
      return `${counted ? 'Counts' : 'Does not count'}: ${who ? nameOf(who) : by}. ${because}`;
    }),
    ...(whoMay === undefined ? [] : [whoMay]),
    ...new Set(benchOf(file).barred),
    ...away(file),
  ];
}

function standInText(file: Case, seat: Seat): string[] {
  const why = whyStoodIn(file, seat);
  return why === undefined
    ? []
    : [`${why} So 1 of ${seat.groups.join(' or ')} is asked in the place of a manager.`];
}

/** Members of the seats' groups whom the directory calls inactive: why they are not asked. */
const away = (file: Case): string[] => {
  const gone = file.question.people.filter(
    (person) => !person.active && seatsFor(file, person).length > 0,
  );
  return gone.length === 0 ? [] : [`Not active in the directory: ${listed(gone.map(nameOf))}.`];
};

/** `Could say yes: Carla Conti (on call), Chris Curie.` */
function whoMayText(file: Case, { approvers }: Decision): string {
  const { bundle, question } = file;
  const people = approvers.flatMap((id) => findPerson(question.people, id).found ?? []);
  const pairs = people.flatMap((to) =>
    awayFor(file, to, question.at).map(({ by }) => ({ by, to })),
  );
  const awayText = ({ id }: PersonFacts): string => {
    const instead = pairs.filter(({ by }) => by.id === id).map(({ to }) => nameOf(to));
    return instead.length === 0 ? '' : ` (away; ${listed(instead)} answers)`;
  };
  const named = people.map((found) => {
    const { schedule } = bundle.book.role(question.role) ?? {};
    const onCall = onCallFact(bundle.book, found, schedule) === true;
    return { onCall, text: `${nameOf(found)}${onCall ? ' (on call)' : ''}${awayText(found)}` };
  });
  const first = named.toSorted((one, other) => Number(other.onCall) - Number(one.onCall));
  return `Could say yes, all active in the directory: ${listed(first.map(({ text }) => text))}.`;
}

/** `a, b and 3 more`. */
function listed(words: readonly string[]): string {
  const shown = words.slice(0, MOST_NAMES).join(', ');
  const more = words.length - MOST_NAMES;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
