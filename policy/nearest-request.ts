import type { CatalogRole } from '../access/catalog';
import type { Decision, Question } from '../access/decision';
import { durationText } from '../access/duration';
import { faultsOf } from './admission';
import { caseOf } from './asker';
import { ruleOn, type Bundle } from './case';
import type { Action } from './cedar-schema';
import { hasTicket } from './facts';
import { actionsOf, mayMeanRole } from './scopes';

/** A request that differs a little from one that was refused, and how to say the difference. */
interface Nearby {
  change: Partial<Question>;
  words: string;
}

/** A named ticket stands for any: that it exists nobody can promise here. */
const SOME_TICKET = 'ANY-1';
/** Every hour of the next day, then every six hours of two weeks: freezes are longer than nights. */
const LATER_HOURS = [
  ...Array.from({ length: 24 }, (_, hour) => hour + 1),
  ...Array.from({ length: 52 }, (_, step) => 30 + step * 6),
];
const TICKET_STATES = ['In Progress', 'Open', 'To Do'];
const SHORTER_MINUTES = [480, 240, 120, 60, 30, 15, 5, 1];

/**
 * What to ask for instead of what is refused: the smallest change that policy would not refuse, each tried
 * on the decision function itself. Undefined when nothing near would do.
 */
export function nearestRequest(
  bundle: Bundle,
  question: Question,
  decide: (question: Question) => Decision,
): string | undefined {
  if (caseOf(bundle, question) === undefined) return undefined;
  const passes = ({ change }: Pick<Nearby, 'change'>): boolean =>
    decide({ ...question, ...change, reviews: [] }).verdict !== 'deny';
  // A person said no, not the rules: what that person would say to less, nobody knows.
  if (passes({ change: {} })) return undefined;
  const same = nearby(bundle, question).find(passes);
  if (same !== undefined) return `It would pass ${same.words}.`;
  return otherRoles(bundle, question);
}

function nearby(bundle: Bundle, question: Question): Nearby[] {
  const shorter = shorterOnes(bundle, question);
  const withTicket = ticketed(bundle, question);
  const both = withTicket.flatMap((ticket) =>
    shorter.map((time) => ({
      change: { ...ticket.change, ...time.change },
      words: `${ticket.words} and ${time.words}`,
    })),
  );
  return [
    ...shorter,
    ...withTicket,
    ...both,
    ...(readsContext(bundle, question) ? laterOnes(bundle, question) : []),
  ];
}

/** A rule on hours, days or freezes reads the context; where none does, later is no different. */
function readsContext({ book, rules }: Bundle, question: Question): boolean {
  const role = book.role(question.role);
  return rules.policies.some(
    ({ json }) =>
      actionsOf(json).some((action) => ASKED.includes(action)) &&
      (role === undefined || mayMeanRole(json, role)) &&
      JSON.stringify(json.conditions).includes('{"Var":"context"}'),
  );
}
const ASKED: readonly Action[] = ['Request', 'AutoApprove', 'BreakGlass', 'Grant'];

/** Where the rules look the ticket up, one that is open and one's own is the likeliest to do. */
function ticketed({ rules }: Bundle, question: Question): Nearby[] {
  const ticket = question.ticket ?? SOME_TICKET;
  const checked = TICKET_STATES.map((status) => ({
    change: { ticket, ticketFacts: { status, assignedToRequester: true, project: 'ANY' } },
    words: `with a ticket that is ${status} and assigned to whoever asks`,
  }));
  return [
    ...(hasTicket(question) ? [] : [{ change: { ticket: SOME_TICKET }, words: 'with a ticket' }]),
    ...(rules.reads('ticketFacts') ? checked : []),
  ];
}

/** How long the role is given to whoever asks like this; undefined where it is not given at all. */
export const longestOf = (
  { breakGlass, workload }: Question,
  role: CatalogRole | undefined,
): number | undefined =>
  breakGlass === true
    ? role?.breakGlass?.maxMinutes
    : workload === undefined
      ? role?.maxMinutes
      : role?.workloadMinutes;

function shorterOnes({ book }: Bundle, question: Question): Nearby[] {
  const { durationMinutes } = question;
  const known = book.role(question.role);
  const max = longestOf(question, known);
  const lengths = [max ?? 0, ...SHORTER_MINUTES, known?.defaultMinutes ?? 0];
  return [...new Set(lengths)]
    .filter((minutes) => minutes > 0 && minutes <= (max ?? 0) && !(minutes >= durationMinutes))
    .toSorted((one, other) => other - one)
    .map((minutes) => ({
      change: { durationMinutes: minutes },
      words: `for ${durationText(minutes)}`,
    }));
}

/** Whatever the rules say to hours, weekdays and days: the first look later on that passes. */
const laterOnes = ({ book }: Bundle, { at, role: id }: Question): Nearby[] => {
  const hour = new Date(Date.parse(at));
  hour.setUTCMinutes(0, 0, 0);
  const role = book.role(id);
  const thaws = role ? book.freezesOn(role, at).map(({ until }) => until) : [];
  const hours = LATER_HOURS.map((hours) => hour.getTime() + hours * 3_600_000);
  return [...hours, ...thaws]
    .toSorted((one, other) => one - other)
    .map((instant) => new Date(instant))
    .map((later) => ({
      change: { at: later.toISOString() },
      words: `later, from ${dayText(later, book.timezone)} on`,
    }));
};

/** `Monday 5 January, 09:00 (Europe/Berlin)`. */
function dayText(at: Date, timeZone: string): string {
  const day = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  }).format(at);
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
  return `${day.replace(/,/g, '')}, ${clock} (${timeZone})`;
}

/** Of the same account. Nobody brought along who could approve those, so only asking is looked at. */
function otherRoles(bundle: Bundle, question: Question): string | undefined {
  const account = bundle.book.role(question.role)?.account;
  const { breakGlass: _, ...ordinary } = question;
  const others = bundle.book
    .roles()
    .filter((role) => role.id !== question.role && role.account.id === account?.id)
    .filter(({ id, account: { name } }) =>
      mayAsk(bundle, { ...ordinary, role: id, account: name, reviews: [] }),
    )
    .map(({ id }) => id);
  return others.length === 0
    ? undefined
    : `In ${account?.name ?? ''} you may ask for ${others.slice(0, 5).join(' or ')}.`;
}

function mayAsk(bundle: Bundle, question: Question): boolean {
  const file = caseOf(bundle, question);
  if (file === undefined || faultsOf(question, file.terms).length > 0) return false;
  const needed = file.terms.seats.length === 0 ? (['AutoApprove'] as const) : [];
  return (['Request', 'Grant', ...needed] as const).every(
    (action) => ruleOn(file, action, file.requester).kind === 'permitted',
  );
}
