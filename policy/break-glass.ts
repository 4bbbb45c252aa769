import type { Decision, Policy } from '../access/decision';
import { notActive } from './admission';
import { ruleOn, type Bundle, type Case } from './case';
import { holds, isLive } from './facts';
import { nameOf, sameHuman } from './people';
import type { Ruling } from './rules';

/**
 * What the rules say to a break-glass. It skips the reviewers and nothing else: BreakGlass must be
 * permitted, and what forbids asking or granting forbids this, too.
 */
export function ruleOnBreakGlass(file: Case): Ruling {
  const permit = ruleOn(file, 'BreakGlass', file.requester);
  if (permit.kind !== 'permitted') return permit;
  for (const action of ['Request', 'Grant'] as const) {
    const ruling = ruleOn(file, action, file.requester);
    if (ruling.kind !== 'permitted' && ruling.kind !== 'uncovered') return ruling;
  }
  return permit;
}

/** Why no other break-glass may begin now: too many are live, or one's own waits for its review. */
export function whyNotAnother({ bundle, question, requester }: Case): string | undefined {
  const { grants, at } = question;
  if (grants === undefined)
    return 'Nobody could tell which break-glass grants there are, so the answer is no. Try again later.';
  const earlier = grants.filter(({ breakGlass }) => breakGlass === true);
  const open = earlier.find(
    (grant) => grant.reviewed !== true && holds(question, grant, requester),
  );
  if (open !== undefined)
    return (
      `An earlier break-glass of ${nameOf(requester)}, on ${open.role} from ${open.from}, is not reviewed yet. ` +
      'Ask its reviewers to look at it, or ask for access in the ordinary way.'
    );
  const live = earlier.filter((grant) => isLive(grant, at)).length;
  const { breakGlassAtOnce } = bundle.book;
  return live < breakGlassAtOnce
    ? undefined
    : `${live} break-glass grants are live, and ${breakGlassAtOnce} is the most at once. Ask for access in the ordinary way.`;
}

/** For somebody whom no rule lets break the glass: who may, and what would pass. */
export function whyNotAtOnce({ bundle, terms, requester }: Case): string[] {
  const groups = bundle.rules.groupsPermitted('BreakGlass', terms.role.id);
  return [
    `No rule lets ${nameOf(requester)} have ${terms.role.id} by break-glass.`,
    ...(groups.length > 0
      ? [`Members of ${groups.join(' or ')} may, when their rule lets them.`]
      : []),
    'Ask for it in the ordinary way.',
  ];
}

/** Whoever the role names, active, and not the one who broke the glass under whatever account. */
export function mayReviewBreakGlass(
  { book }: Bundle,
  { by, requester, role }: Parameters<Policy['mayReviewBreakGlass']>[0],
): Decision {
  const reviewers = book.terms(role)?.reviewers;
  if (!by.active) return answer('deny', notActive(by));
  if (sameHuman(by, requester))
    return answer('deny', `${nameOf(by)} broke the glass; nobody reviews their own.`);
  if (reviewers === undefined)
    return answer(
      'deny',
      `Break-glass of ${role} names no reviewers any more. Those who run Curfew can name some.`,
    );
  if (!reviewers.groups.some((group) => by.groups.includes(group)))
    return answer('deny', `${nameOf(by)} is not in ${reviewers.label}. Ask somebody who is.`);
  return answer('grant', `${nameOf(by)} is in ${reviewers.label}.`);
}

const answer = (verdict: 'grant' | 'deny', because: string): Decision => ({
  verdict,
  because: [because],
  policies: [],
  approvers: [],
  needed: 0,
  countedReviews: [],
});
