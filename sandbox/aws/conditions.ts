import { BlockList, isIP } from 'node:net';
import { arnParts, compilePattern, fits, fitsArn, type RequestContext } from './patterns';

/** How one value from the request is held against one value from the policy. */
type Family = 'string' | 'like' | 'arn' | 'numeric' | 'date' | 'bool' | 'ip' | 'null';
type Comparison = 'equal' | 'less' | 'lessOrEqual' | 'greater' | 'greaterOrEqual';

interface Operator {
  name: string;
  family: Family;
  comparison: Comparison;
  negated: boolean;
  ignoreCase: boolean;
}

/** One key of a Condition block: all of them must hold. */
export interface Condition {
  operator: Operator;
  quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  ifExists: boolean;
  key: string;
  values: readonly string[];
}

const operators = new Map<string, Operator>();
const define = (
  name: string,
  family: Family,
  rest: Partial<Pick<Operator, 'comparison' | 'negated' | 'ignoreCase'>> = {},
) =>
  operators.set(name.toLowerCase(), {
    name,
    family,
    comparison: 'equal',
    negated: false,
    ignoreCase: false,
    ...rest,
  });

define('StringEquals', 'string');
define('StringNotEquals', 'string', { negated: true });
define('StringEqualsIgnoreCase', 'string', { ignoreCase: true });
define('StringNotEqualsIgnoreCase', 'string', { negated: true, ignoreCase: true });
define('StringLike', 'like');
define('StringNotLike', 'like', { negated: true });
define('ArnEquals', 'arn');
define('ArnLike', 'arn');
define('ArnNotEquals', 'arn', { negated: true });
define('ArnNotLike', 'arn', { negated: true });
define('Bool', 'bool');
define('IpAddress', 'ip');
define('NotIpAddress', 'ip', { negated: true });
define('Null', 'null');
for (const family of ['numeric', 'date'] as const) {
  const name = family === 'date' ? 'Date' : 'Numeric';
  define(`${name}Equals`, family);
  define(`${name}NotEquals`, family, { negated: true });
  define(`${name}LessThan`, family, { comparison: 'less' });
  define(`${name}LessThanEquals`, family, { comparison: 'lessOrEqual' });
  define(`${name}GreaterThan`, family, { comparison: 'greater' });
  define(`${name}GreaterThanEquals`, family, { comparison: 'greaterOrEqual' });
}

/** Undefined for an operator that AWS or this stand-in does not know. */
export function parseOperator(
  text: string,
): Pick<Condition, 'operator' | 'quantifier' | 'ifExists'> | undefined {
  const [, quantifier, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(text) ?? [];
  const operator = operators.get(name.toLowerCase());
  if (!operator || (operator.family === 'null' && (ifExists || quantifier))) return undefined;
  return {
    operator,
    quantifier:
      quantifier === 'ForAllValues' || quantifier === 'ForAnyValue' ? quantifier : undefined,
    ifExists: ifExists !== undefined,
  };
}

/** What is wrong with the values, in a sentence. Variables work in string and ARN operators only. */
export function conditionProblem(condition: Condition, variables: boolean): string | undefined {
  const { operator, key, values } = condition;
  const wellFormed = (value: string): boolean => {
    switch (operator.family) {
      case 'string':
      case 'like':
        return true;
      case 'arn':
        return arnParts(value).length === 6 || (variables && value.includes('${')) || value === '*';
      case 'numeric':
        return numberOf(value) !== undefined;
      case 'date':
        return instantOf(value) !== undefined;
      case 'bool':
      case 'null':
        return /^(true|false)$/i.test(value);
      case 'ip':
        return rangeOf(value) !== undefined;
    }
  };
  const bad = values.find((value) => !wellFormed(value));
  return bad === undefined
    ? undefined
    : `The value ${JSON.stringify(bad)} of ${key} is not one that ${operator.name} compares.`;
}

/** Does the request meet this condition? */
export function holds(condition: Condition, context: RequestContext, variables: boolean): boolean {
  const { operator, quantifier, ifExists, values } = condition;
  const found = context.get(condition.key.toLowerCase());
  if (operator.family === 'null')
    return values.some((value) => (value.toLowerCase() === 'true') === (found === undefined));
  const meets = (actual: string): boolean =>
    values.some((wanted) => matches(operator, actual, wanted, variables ? context : undefined)) !==
    operator.negated;

  if (quantifier === 'ForAllValues')
    return found === undefined || (typeof found === 'string' ? [found] : found).every(meets);
  if (found === undefined || found.length === 0)
    // Trap, and AWS's own rule: a negated operator holds when the key is absent.
    return ifExists || (quantifier === undefined && operator.negated);
  if (quantifier === 'ForAnyValue')
    return (typeof found === 'string' ? [found] : found).some(meets);
  return typeof found === 'string' && meets(found);
}

function matches(
  operator: Operator,
  actual: string,
  wanted: string,
  context: RequestContext | undefined,
): boolean {
  switch (operator.family) {
    case 'string':
    case 'like': {
      const fold = (text: string) => (operator.ignoreCase ? text.toLowerCase() : text);
      const steps = compilePattern(wanted, {
        wildcards: operator.family === 'like',
        ...(context && { context }),
      });
      const folded = steps?.map((step) =>
        typeof step === 'string' ? step : { literal: fold(step.literal) },
      );
      return folded !== undefined && fits(folded, fold(actual));
    }
    case 'arn':
      return fitsArn(wanted, actual, context);
    case 'numeric':
      return compare(operator.comparison, numberOf(actual), numberOf(wanted));
    case 'date':
      return compare(operator.comparison, instantOf(actual), instantOf(wanted));
    case 'bool':
      return actual.toLowerCase() === wanted.toLowerCase();
    case 'ip':
      return rangeOf(wanted)?.check(actual, isIP(actual) === 6 ? 'ipv6' : 'ipv4') ?? false;
    case 'null':
      return false;
  }
}

function compare(how: Comparison, actual?: number, wanted?: number): boolean {
  if (actual === undefined || wanted === undefined) return false;
  switch (how) {
    case 'equal':
      return actual === wanted;
    case 'less':
      return actual < wanted;
    case 'lessOrEqual':
      return actual <= wanted;
    case 'greater':
      return actual > wanted;
    case 'greaterOrEqual':
      return actual >= wanted;
  }
}

const numberOf = (text: string): number | undefined =>
  /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;

/** ISO 8601 as W3C profiles it, or seconds since 1970. Milliseconds. */
function instantOf(text: string): number | undefined {
  if (/^\d+$/.test(text) && text.length > 4) return Number(text) * 1000;
  if (!/^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?)?)?$/.test(text))
    return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

function rangeOf(text: string): BlockList | undefined {
  const [address = '', bits] = text.split('/');
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  const prefix = bits === undefined ? most : Number(bits);
  if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > most) return undefined;
  const range = new BlockList();
  range.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
  return range;
}
