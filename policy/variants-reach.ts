import { durationText } from '../access/duration';
import type { Conditions, RoleTerms, Variant } from './catalog';
import { byDemand } from './routes';

/** Why this variant of the route of these roles never counts; undefined when it may. */
export function whyNeverReached(
  variant: Variant,
  variants: readonly Variant[],
  roles: readonly RoleTerms[],
): string | undefined {
  if (!roles.some((terms) => couldFit(variant.when, terms)))
    return `No role takes this route with ${conditionsText(variant.when)}.`;
  const place = variants.indexOf(variant);
  const stronger = variants.findIndex((other, index) => {
    const demand = byDemand(other, variant);
    return (demand < 0 || (demand === 0 && index < place)) && covers(other.when, variant.when);
  });
  if (stronger < 0) return undefined;
  return `Whenever this would count, variant ${stronger + 1} counts, which asks at least as much.`;
}

/** Could a request for this role fit, as far as the role alone says? */
export const couldFit = (when: Conditions, { role }: RoleTerms): boolean =>
  (when.account?.includes(role.account.name) ?? true) &&
  (when.env?.includes(role.account.env) ?? true) &&
  (when.risk?.includes(role.risk) ?? true) &&
  (when.longerThan ?? 0) < role.maxMinutes;

/** Does every request that fits `inner` fit `outer`, too? */
const covers = (outer: Conditions, inner: Conditions): boolean =>
  isWithin(outer.requesterIn, inner.requesterIn) &&
  isWithin(outer.account, inner.account) &&
  isWithin(outer.env, inner.env) &&
  isWithin(outer.risk, inner.risk) &&
  (outer.longerThan === undefined || (inner.longerThan ?? 0) >= outer.longerThan) &&
  (outer.upTo === undefined || (inner.upTo ?? Infinity) <= outer.upTo) &&
  (outer.onCall === undefined || inner.onCall === outer.onCall);

const isWithin = (outer: readonly string[] | undefined, inner: readonly string[] | undefined) =>
  outer === undefined || (inner?.every((one) => outer.includes(one)) ?? false);

function conditionsText({ account, env, risk, longerThan }: Conditions): string {
  const parts = [
    account && `account ${account.join(' or ')}`,
    env && `env ${env.join(' or ')}`,
    risk && `risk ${risk.join(' or ')}`,
    longerThan !== undefined && `a max of more than ${durationText(longerThan)}`,
  ];
  return parts.filter((part) => part !== undefined && part !== false).join(' and ');
}
