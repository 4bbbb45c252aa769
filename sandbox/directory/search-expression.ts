/** One comparison of Okta's search language. */
interface Comparison {
  attribute: string;
  operator: 'eq' | 'sw' | 'co';
  value: string;
}

/** `or` of `and`s of comparisons: what Okta takes without parentheses. */
export type SearchExpression = Comparison[][];

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|([\w.]+))/y;

/** Reads `profile.email eq "x" or profile.login eq "x"`. Undefined when it is no expression. */
export function parseSearch(text: string): SearchExpression | undefined {
  const words = tokens(text);
  if (words === undefined) return undefined;
  const expression: SearchExpression = [[]];
  for (let at = 0; at < words.length; at += 4) {
    const [attribute, operator, value, conjunction] = words.slice(at, at + 4);
    if (attribute?.kind !== 'word' || value?.kind !== 'string') return undefined;
    const comparison = {
      attribute: attribute.text,
      operator: operatorOf(operator),
      value: value.text,
    };
    if (!hasOperator(comparison)) return undefined;
    expression.at(-1)?.push(comparison);
    const joint = conjunction?.kind === 'word' ? conjunction.text.toLowerCase() : undefined;
    if (conjunction && (at + 4 >= words.length || (joint !== 'and' && joint !== 'or')))
      return undefined;
    if (joint === 'or') expression.push([]);
  }
  return words.length === 0 ? undefined : expression;
}

export const matches = (
  expression: SearchExpression,
  read: (attribute: string) => string | undefined,
  caseMatters: boolean,
): boolean =>
  expression.some((all) =>
    all.every(({ attribute, operator, value }) => {
      const fold = (text: string) => (caseMatters ? text : text.toLowerCase());
      const actual = fold(read(attribute) ?? '');
      switch (operator) {
        case 'eq':
          return actual === fold(value);
        case 'sw':
          return actual.startsWith(fold(value));
        case 'co':
          return actual.includes(fold(value));
      }
    }),
  );

interface Token {
  kind: 'word' | 'string';
  text: string;
}

function tokens(text: string): Token[] | undefined {
  const found: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [whole, string, word] = match;
    found.push(
      string === undefined
        ? { kind: 'word', text: word ?? '' }
        : { kind: 'string', text: string.replaceAll(/\\(.)/g, '$1') },
    );
    at += whole.length;
  }
  return found;
}

function operatorOf(token: Token | undefined): Comparison['operator'] | undefined {
  const name = token?.kind === 'word' ? token.text.toLowerCase() : undefined;
  return name === 'eq' || name === 'sw' || name === 'co' ? name : undefined;
}

const hasOperator = (
  comparison: Omit<Comparison, 'operator'> & { operator: Comparison['operator'] | undefined },
): comparison is Comparison => comparison.operator !== undefined;
