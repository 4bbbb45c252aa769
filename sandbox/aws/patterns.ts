/** Context keys of one request, by lower-case name. A list is a multivalued key. */
export type RequestContext = ReadonlyMap<string, string | readonly string[]>;

/** Names of context keys are compared without case; keys whose value is undefined are absent. */
export const requestContext = (
  keys: Record<string, string | readonly string[] | undefined>,
): RequestContext =>
  new Map(
    Object.entries(keys).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value] as const],
    ),
  );

/** One step of a pattern: a character taken literally, exactly one of anything, or any number. */
type Step = { literal: string } | 'one' | 'any';

/**
 * Steps of a pattern: `*` and `?` are wildcards only where `wildcards`, `${…}` is replaced only where
 * `context` is given, and what replaces it is literal. Undefined when a variable has no value.
 */
export function compilePattern(
  text: string,
  options: { wildcards: boolean; context?: RequestContext },
): Step[] | undefined {
  const steps: Step[] = [];
  const { context } = options;
  for (let at = 0; at < text.length; at += 1) {
    const variable = context && /^\$\{([^{}]*)\}/.exec(text.slice(at));
    if (variable) {
      const value = valueOf(variable[1] ?? '', context);
      if (value === undefined) return undefined;
      steps.push(...value.split('').map((literal) => ({ literal })));
      at += variable[0].length - 1;
      continue;
    }
    const literal = text.charAt(at);
    if (options.wildcards && literal === '*') steps.push('any');
    else if (options.wildcards && literal === '?') steps.push('one');
    else steps.push({ literal });
  }
  return steps;
}

/** `${*}`, `${?}` and `${$}` stand for themselves; `${key, 'default'}` has a default. */
function valueOf(variable: string, context: RequestContext): string | undefined {
  if (['*', '?', '$'].includes(variable)) return variable;
  const [, key = '', fallback] = /^\s*([^,]*?)\s*(?:,\s*'(.*)'\s*)?$/.exec(variable) ?? [];
  const value = context.get(key.toLowerCase());
  return typeof value === 'string' ? value : fallback;
}

/** Greedy with one place to return to: time is at most the product of both lengths. */
export function fits(steps: readonly Step[], text: string): boolean {
  const characters = text.split('');
  let step = 0;
  let at = 0;
  let retry: { step: number; at: number } | undefined;
  while (at < characters.length) {
    const current = steps[step];
    if (current === 'any') {
      step += 1;
      retry = { step, at };
    } else if (current === 'one' || (current && current.literal === characters[at])) {
      step += 1;
      at += 1;
    } else if (retry) {
      retry.at += 1;
      ({ step, at } = retry);
    } else {
      return false;
    }
  }
  return steps.slice(step).every((rest) => rest === 'any');
}

/** Does the text fit the pattern with wildcards and variables? An unresolved variable fits nothing. */
export function fitsPattern(pattern: string, text: string, context?: RequestContext): boolean {
  const steps = compilePattern(pattern, { wildcards: true, ...(context && { context }) });
  return steps !== undefined && fits(steps, text);
}

/**
 * Wildcards in an ARN do not reach across its first five colons.
 * The last part, the resource, may hold colons of its own.
 */
export function fitsArn(pattern: string, arn: string, context?: RequestContext): boolean {
  const patterns = arnParts(pattern);
  const parts = arnParts(arn);
  return (
    patterns.length === 6 &&
    parts.length === 6 &&
    patterns.every((part, at) => fitsPattern(part, parts[at] ?? '', context))
  );
}

/** The six parts of an ARN; colons inside `${…}` separate nothing. Fewer when it is none. */
export function arnParts(arn: string): string[] {
  const parts = arn.match(/(?:\$\{[^{}]*\}|[^:])*(?::|$)/g) ?? [];
  const cut = parts.map((part) => part.replace(/:$/, ''));
  const ended = arn.endsWith(':') ? cut : cut.slice(0, -1);
  return [...ended.slice(0, 5), ...(ended.length > 5 ? [ended.slice(5).join(':')] : [])];
}
