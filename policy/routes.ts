import { openCase, ruleOn, type Case } from './case';
import type { Conditions, RoleTerms, Seat, Variant } from './catalog';
import { onCallFact } from './facts';

/**
 * The case with the seats that this request must fill. Of the variants that fit, the most demanding counts:
 * most seats, then most stages, then as they are written; the route's own seats when none fits. One of which
 * nobody can tell whether it fits may make it stricter, never easier. So whatever waives approval gives way
 * to whatever demands it; and it needs a permit for AutoApprove, without which the route's own are asked.
 */
export function openRoutedCase(
  about: Pick<Case, 'bundle' | 'question' | 'requester' | 'workload'>,
  terms: RoleTerms,
): Case {
  const own = openCase({ ...about, terms });
  const chosen = chosenVariant(own);
  if (chosen === undefined) return own;
  const { seats, rule } = chosen;
  const file = openCase({ ...about, terms: { ...terms, seats, role: { ...terms.role, rule } } });
  const isWaived = seats.length === 0;
  return isWaived && ruleOn(file, 'AutoApprove', file.requester).kind !== 'permitted' ? own : file;
}

/** Undefined: the route's own seats. */
function chosenVariant(file: Case): Variant | undefined {
  const fitting = file.terms.variants
    .map((variant) => ({ variant, fit: fitOf(file, variant.when) }))
    .filter(({ fit }) => fit !== 'no');
  const [first] = fitting.map(({ variant }) => variant).toSorted(byDemand);
  if (first === undefined || fitting.some(({ fit }) => fit === 'yes')) return first;
  return byDemand(first, file.terms) < 0 ? first : undefined;
}

type Demanding = { seats: readonly Seat[] };

/** The more demanding first. */
export const byDemand = (one: Demanding, other: Demanding): number =>
  other.seats.length - one.seats.length || stagesOf(other) - stagesOf(one);

export const stagesOf = ({ seats }: Demanding): number =>
  new Set(seats.map(({ stage }) => stage)).size;

type Fit = 'yes' | 'no' | 'unknown';

/** Every condition that is written must hold. */
function fitOf({ bundle, question, requester, terms: { role } }: Case, when: Conditions): Fit {
  const { durationMinutes } = question;
  const holds: Fit[] = [
    yesOrNo(when.requesterIn?.some((group) => requester.groups.includes(group))),
    yesOrNo(when.account?.includes(role.account.name)),
    yesOrNo(when.env?.includes(role.account.env)),
    yesOrNo(when.risk?.includes(role.risk)),
    yesOrNo(when.longerThan === undefined ? undefined : durationMinutes > when.longerThan),
    yesOrNo(when.upTo === undefined ? undefined : durationMinutes <= when.upTo),
    onCallFit(onCallFact(bundle.book, requester, role.schedule), when.onCall),
  ];
  if (holds.includes('no')) return 'no';
  return holds.includes('unknown') ? 'unknown' : 'yes';
}

const yesOrNo = (holds: boolean | undefined): Fit => (holds === false ? 'no' : 'yes');

function onCallFit(is: boolean | undefined, wanted: boolean | undefined): Fit {
  if (wanted === undefined) return 'yes';
  if (is === undefined) return 'unknown';
  return is === wanted ? 'yes' : 'no';
}
