import { z } from 'zod';
import { conditionProblem, parseOperator, type Condition } from './conditions';
import { arnParts } from './patterns';

const oneOrMore = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const scalars = z
  .union([scalar, z.array(scalar).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const principal = z.union([
  z.literal('*').transform(() => ({ AWS: ['*'] })),
  z.strictObject({
    AWS: oneOrMore.optional(),
    Federated: oneOrMore.optional(),
    Service: oneOrMore.optional(),
  }),
]);

const statementShape = z.strictObject({
  Sid: z
    .string()
    .regex(/^[0-9A-Za-z]*$/, 'Sid may hold letters and digits only')
    .optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Principal: principal.optional(),
  Condition: z.record(z.string(), z.record(z.string().min(1), scalars)).optional(),
});

const documentShape = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z
    .union([statementShape, z.array(statementShape).min(1)])
    .transform((value) => (Array.isArray(value) ? value : [value])),
});

/** A policy as JSON, before it is parsed. */
export type PolicyJson = z.input<typeof documentShape>;

/** `Action` lists what is meant, `NotAction` everything else. */
export interface Selection {
  except: boolean;
  patterns: readonly string[];
}

export interface Statement {
  effect: 'Allow' | 'Deny';
  actions: Selection;
  /** Absent in trust policies: the role itself is meant. */
  resources: Selection | undefined;
  principals: { aws: readonly string[]; federated: readonly string[] } | undefined;
  conditions: readonly Condition[];
}

/** A policy that passed every check of its kind. */
export interface Policy {
  /** `${…}` means something only in version 2012-10-17. */
  variables: boolean;
  statements: readonly Statement[];
}

/** `identity` is also what session policies and boundaries look like. */
export type PolicyKind = 'identity' | 'trust';

/** Says what is wrong with a policy and where; the caller turns it into AWS's error. */
export class MalformedPolicy extends Error {
  override readonly name = 'MalformedPolicy';
}

/** Throws {@link MalformedPolicy}, also for what this stand-in does not evaluate: never a silent half-truth. */
export function parsePolicy(text: string, kind: PolicyKind): Policy {
  const parsed = documentShape.safeParse(jsonOf(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new MalformedPolicy(
      `Syntax errors in policy: ${issue?.path.join('.') || 'document'}: ${issue?.message ?? ''}`,
    );
  }
  const { Statement, Version } = parsed.data;
  const sids = Statement.flatMap(({ Sid }) => (Sid ? [Sid] : []));
  if (new Set(sids).size < sids.length)
    throw new MalformedPolicy('Statement IDs (SID) in a single policy must be unique.');
  const variables = Version === '2012-10-17';
  return {
    variables,
    statements: Statement.map((shape) => {
      const statement = statementOf(shape);
      const problem = kindProblem(statement, kind) ?? contentProblem(statement, variables);
      if (problem !== undefined) throw new MalformedPolicy(problem);
      return statement;
    }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedPolicy('This policy contains invalid Json', { cause: error });
  }
}

function statementOf(shape: z.output<typeof statementShape>): Statement {
  const actions = selection('Action', shape.Action, shape.NotAction);
  if (!actions) throw new MalformedPolicy('Policy statement must contain actions.');
  return {
    effect: shape.Effect,
    actions,
    resources: selection('Resource', shape.Resource, shape.NotResource),
    principals: shape.Principal && {
      aws: 'AWS' in shape.Principal ? (shape.Principal.AWS ?? []) : [],
      federated: 'Federated' in shape.Principal ? (shape.Principal.Federated ?? []) : [],
    },
    conditions: Object.entries(shape.Condition ?? {}).flatMap(([name, keys]) =>
      Object.entries(keys).map(([key, values]) => {
        const operator = parseOperator(name);
        if (!operator) throw new MalformedPolicy(`Invalid Condition type : ${name}.`);
        return { ...operator, key, values };
      }),
    ),
  };
}

function selection(
  element: string,
  only: string[] | undefined,
  except: string[] | undefined,
): Selection | undefined {
  if (only && except)
    throw new MalformedPolicy(`A statement cannot hold both ${element} and Not${element}.`);
  if (only) return { except: false, patterns: only };
  return except && { except: true, patterns: except };
}

function kindProblem(statement: Statement, kind: PolicyKind): string | undefined {
  switch (kind) {
    case 'identity':
      if (statement.principals) return 'Policy document should not specify a principal.';
      return statement.resources ? undefined : 'Policy statement must contain resources.';
    case 'trust':
      if (statement.resources) return 'Has prohibited field Resource';
      return statement.principals ? undefined : 'Missing required field Principal';
  }
}

function contentProblem(statement: Statement, variables: boolean): string | undefined {
  const action = statement.actions.patterns.find(
    (pattern) => !/^(\*|[\w-]+:[\w*?]+)$/.test(pattern),
  );
  if (action !== undefined) return `Actions/Conditions must be prefaced by a vendor: ${action}`;
  const resource = statement.resources?.patterns.find(
    (pattern) => pattern !== '*' && !(pattern.startsWith('arn:') && arnParts(pattern).length === 6),
  );
  if (resource !== undefined) return `Resource ${resource} must be in ARN format or "*".`;
  return statement.conditions
    .map((condition) => conditionProblem(condition, variables))
    .find((problem) => problem !== undefined);
}
