import type { Decision, Policy, Question } from '../access/decision';
import { durationText } from '../access/duration';
import { faultsOf, unknownRole } from './admission';
import { askerName, askerOf } from './asker';
import { benchOf, managerOf, seatLabels, whyStoodIn, type Bench } from './approvers';
import { mayReviewBreakGlass, ruleOnBreakGlass, whyNotAnother, whyNotAtOnce } from './break-glass';
import { forLess, ruleOn, type Bundle, type Case } from './case';
import { explain } from './explain';
import { seatsText, type RoleTerms, type Seat } from './catalog';
import { nameOf } from './people';
import { mayAnswerFor } from './answering';
import { mayRevoke, mayRevokeAll } from './revoke';
import { tally, type Tally } from './reviews';
import { openRoutedCase } from './routes';
import type { Ruling } from './rules';
import { mostFilled } from './seating';
import { leavesNoneEmpty, sitDown, stageAt } from './stages';

/** The one decision function, and what else policy is asked. Pure. */
export const createPolicy = (bundle: Bundle): Policy => ({
  hash: bundle.book.hash,
  decide: (question) => decide(bundle, question),
  explain: (question) => explain(bundle, question, (asked) => decide(bundle, asked)),
  mayMint: (question) => mayMint(bundle, question),
  mayRevoke: (question) => mayRevoke(bundle, question),
  mayRevokeAll: (question) => mayRevokeAll(bundle, question),
  mayReviewBreakGlass: (question) => mayReviewBreakGlass(bundle, question),
  mayAnswerFor: (question) => mayAnswerFor(bundle, question),
  reads: (fact, policies) => bundle.rules.reads(fact, policies),
  groupsFor: (role) => [...new Set(everySeat(bundle, role).flatMap(({ groups }) => groups))],
  asksManager: (role) =>
    bundle.rules.reads('manager') ||
    everySeat(bundle, role).some(({ isManagers }) => isManagers === true),
});

/** The seats of a role's route and of all its variants. */
function everySeat(bundle: Bundle, role: string): Seat[] {
  const terms = bundle.book.terms(role);
  return terms === undefined ? [] : [terms, ...terms.variants].flatMap(({ seats }) => seats);
}

/** May it be asked for; and if so, who has said yes, and is that everybody? */
function decide(bundle: Bundle, question: Question): Decision {
  const known = bundle.book.terms(question.role);
  if (known === undefined) return refused(question, undefined, [unknownRole(bundle, question)]);
  const match = askerOf(bundle, question);
  if (match.found === undefined) return refused(question, known, [match.because]);
  const faults = faultsOf(question, known);
  if (faults.length > 0) return refused(question, known, faults);

  const asker = { requester: match.found, ...(match.workload && { workload: match.workload }) };
  const file = openRoutedCase({ bundle, question, ...asker }, known);
  const { terms } = file;
  if (question.breakGlass === true) return decideBreakGlass(file);
  const asking = ruleOn(file, 'Request', file.requester);
  if (asking.kind !== 'permitted')
    return refused(question, terms, whyNotAsked(file, asking), asking.policies);
  return terms.seats.length === 0 ? decideAlone(file, asking) : decideByVotes(file, asking);
}

/**
 * The same decision with the facts of the moment of minting: what is no longer approved is a no.
 * Without `expiresAt` where nobody is asked: that window began at the request, not at this mint.
 */
function mayMint(bundle: Bundle, question: Question): Decision {
  const { expiresAt, ...now } = decide(bundle, question);
  if (now.verdict === 'ask') {
    const because = ['It is not approved, or no longer.', ...now.because];
    return { ...now, verdict: 'deny', because, approvers: [] };
  }
  return expiresAt === undefined || now.needed === 0 ? now : { ...now, expiresAt };
}

/** Nobody is asked: only where a permit says so and no forbid speaks against it. */
function decideAlone(file: Case, asking: Ruling): Decision {
  const { question, terms, requester } = file;
  const { id } = terms.role;
  const waiver = ruleOn(file, 'AutoApprove', requester);
  if (waiver.kind === 'uncovered')
    return refused(question, terms, [
      `Nobody is asked about ${id}, and no rule gives it to ${askerName(file)} unasked.`,
    ]);
  if (waiver.kind !== 'permitted') return refused(question, terms, waiver.because, waiver.policies);
  const because = [`${id} needs nobody's approval.`];
  return grant(file, question.at, because, [asking, waiver], hear(file));
}

/** Nobody is asked, and nobody's vote counts: whoever looks at it does so afterwards. */
function decideBreakGlass(file: Case): Decision {
  const { question, terms, requester } = file;
  const ruling = ruleOnBreakGlass(file);
  if (ruling.kind === 'uncovered') return refused(question, terms, whyNotAtOnce(file));
  if (ruling.kind !== 'permitted') return refused(question, terms, ruling.because, ruling.policies);
  const full = whyNotAnother(file);
  if (full !== undefined) return refused(question, terms, [full], ruling.policies);
  const end = Date.parse(question.at) + question.durationMinutes * 60_000;
  return {
    verdict: 'grant',
    because: [
      `${nameOf(requester)} breaks the glass: ${terms.role.id} at once, reviewed afterwards.`,
    ],
    policies: ruling.policies,
    approvers: [],
    needed: 0,
    countedReviews: (question.reviews ?? []).map(({ by }) => ({
      by,
      counted: false,
      because: 'Nobody is asked about a break-glass.',
    })),
    expiresAt: new Date(end).toISOString(),
  };
}

function decideByVotes(file: Case, asking: Ruling): Decision {
  const { question, terms } = file;
  const votes = hear(file);
  if (votes.deniedBy !== undefined) {
    const because = [`${nameOf(votes.deniedBy)} said no.`];
    return { ...refused(question, terms, because, idsOf(asking)), countedReviews: votes.counted };
  }
  if (votes.decidedAt === undefined) return wait(file, asking, votes);
  const names = votes.seated.map(({ person, right }) =>
    right.for === undefined ? nameOf(person) : `${nameOf(person)} for ${nameOf(right.for.person)}`,
  );
  const because = [`Approved by ${names.join(' and ')}${lessText(question, votes)}.`];
  const rulings = votes.seated.map(({ right }) => right);
  return grant(file, votes.decidedAt, because, [asking, ...rulings], votes);
}

/** Seats are empty. Without anybody to fill them that is a no, and another one than "no rule". */
function wait(file: Case, asking: Ruling, votes: Tally): Decision {
  const { bundle, question, terms } = file;
  const bench = benchOf(file);
  const possible = mostFilled(votes.seated, bench.sitters, file.humanOf);
  if (possible < terms.seats.length) {
    const because = nobodyMay(file, possible, bench);
    return {
      ...refused(question, terms, because, idsOf(asking)),
      countedReviews: votes.counted,
      lacksPeople: true,
    };
  }
  const approvals =
    terms.seats.length === 1 ? 'An approval is' : `${terms.seats.length} approvals are`;
  const { at, of, open } = stageAt(terms.seats, votes.seated.length);
  const stage = { at, of, rule: seatsText([...open.values()]) };
  return {
    verdict: 'ask',
    because: [
      `${approvals} needed, ${votes.seated.length} given${lessText(question, votes)}: ${terms.role.rule}.`,
      ...(of > 1 ? [`It is at stage ${at} of ${of}: ${stage.rule}.`] : []),
    ],
    policies: idsOf(asking),
    approvers: askedNow(file, votes.seated, bench),
    needed: terms.seats.length,
    countedReviews: votes.counted,
    ...lessOf(question, votes),
    ...(terms.role.rule !== bundle.book.role(terms.role.id)?.rule && { rule: terms.role.rule }),
    ...(of > 1 && { stage }),
  };
}

/**
 * Whose approval helps now. Whoever is the only one for a later stage is not asked in an earlier one, nor
 * somebody whose other entry in the directory is the only one for another seat.
 */
const askedNow = (file: Case, seated: Tally['seated'], { sitters }: Bench): string[] =>
  sitters.flatMap((sitter) => {
    const sitting = sitDown(file, seated, sitter);
    if ('because' in sitting) return [];
    return leavesNoneEmpty(file, seated, sitting.sitter, sitters) ? [sitter.person.id] : [];
  });

/** Everything said yes; the rules have the last word. */
function grant(
  file: Case,
  decidedAt: string,
  because: string[],
  rulings: readonly { policies: readonly string[] }[],
  votes: Tally,
): Decision {
  const { question, terms } = file;
  const no = (why: string[], policies: string[]): Decision => ({
    ...refused(question, terms, why, policies),
    countedReviews: votes.counted,
  });
  const granting = ruleOn(forLess(file, votes.minutes), 'Grant', file.requester);
  if (granting.kind === 'uncovered')
    return no([`No rule lets ${terms.role.id} be granted, although it may be asked for.`], []);
  if (granting.kind !== 'permitted') return no(granting.because, granting.policies);

  const policies = idsOf(...rulings, granting);
  const end = Date.parse(decidedAt) + votes.minutes * 60_000;
  const expiresAt = new Date(end).toISOString();
  // Approving once more, or minting late, must not bring back what is over.
  if (end <= Date.parse(question.at))
    return no([`It was approved, and ended at ${expiresAt}.`], policies);
  return {
    verdict: 'grant',
    because,
    policies,
    approvers: [],
    needed: terms.seats.length,
    countedReviews: votes.counted,
    ...lessOf(question, votes),
    expiresAt,
  };
}

const lessOf = ({ durationMinutes }: Question, { minutes, scope }: Tally) => ({
  ...(minutes < durationMinutes && { durationMinutes: minutes }),
  ...(scope !== undefined && { scope }),
});

const lessText = ({ durationMinutes: asked }: Question, { minutes, scope }: Tally): string => {
  const time =
    minutes < asked ? ` for ${durationText(minutes)} of the ${durationText(asked)} asked` : '';
  return scope === undefined ? time : `${time}, within ${scope}`;
};

const hear = (file: Case): Tally => tally(file, file.question.reviews ?? []);

function whyNotAsked(file: Case, ruling: Exclude<Ruling, { kind: 'permitted' }>): string[] {
  if (ruling.kind !== 'uncovered') return ruling.because;
  const { bundle, terms, workload } = file;
  if (workload !== undefined)
    return [
      `No rule lets ${askerName(file)} ask for ${terms.role.id}.`,
      'A permit is for pipelines and agents only where its scope says so; those who run Curfew can write one.',
    ];
  const groups = bundle.rules.groupsPermitted('Request', terms.role.id);
  return [
    `No rule lets ${askerName(file)} ask for ${terms.role.id}.`,
    ...(groups.length > 0 ? [`Members of ${groups.join(' or ')} may ask for it.`] : []),
  ];
}

function nobodyMay(file: Case, possible: number, { barred }: Bench): string[] {
  const { terms } = file;
  const { seats, role } = terms;
  const manager = managerOf(file);
  const noManager =
    manager.found === undefined &&
    seats.some((seat) => seat.isManagers === true && whyStoodIn(file, seat) === undefined);
  const lack =
    seats.length === 1
      ? 'nobody else who could is active and entitled'
      : `only ${possible} of the ${seats.length} seats can be filled`;
  return [
    `Nobody may approve this: ${role.id} needs ${role.rule}; ${lack}.`,
    ...(noManager ? [`${manager.because} Nobody can fill the seat of a manager then.`] : []),
    ...new Set(barred),
    `Ask those who look after ${seatLabels(terms)} to add somebody, or those who run Curfew to change the route.`,
  ];
}

const idsOf = (...rulings: readonly { policies: readonly string[] }[]): string[] => [
  ...new Set(rulings.flatMap(({ policies }) => policies)),
];

/** A no to the request as such: no vote counts, and each is told so. */
const refused = (
  { reviews }: Question,
  terms: RoleTerms | undefined,
  because: string[],
  policies: string[] = [],
): Decision => ({
  verdict: 'deny',
  because,
  policies,
  approvers: [],
  needed: terms?.seats.length ?? 0,
  countedReviews: (reviews ?? []).map(({ by }) => ({
    by,
    counted: false,
    because: 'The request itself is not allowed.',
  })),
});
