import { z } from 'zod';
import { grantId } from '../access/ids';
import { AwsFault } from './errors';

/** The one inline policy of a target role that is ours. A manual cut uses a name of its own. */
export const REVOCATIONS_POLICY = 'jit-revocations';

/** AWS's limit on all inline policies of a role together, white space not counted. */
export const INLINE_POLICIES_MAX = 10_240;

/** A role's revocation list, as its inline policy says it. */
export interface RevocationList {
  /** Grants that are cut, sorted. */
  grantIds: string[];
  /** Whole seconds, sorted: what was issued before any of them is denied. */
  issuedBefore: string[];
  /** Patterns in our statement that name no grant, as they stand there. */
  patterns: string[];
  /** Other Deny statements, as they stand there. */
  statements: object[];
}

export const EMPTY_LIST: RevocationList = {
  grantIds: [],
  issuedBefore: [],
  patterns: [],
  statements: [],
};

// No user id is a bare word. It keeps the list from ever being empty, which AWS need not accept.
const NOBODY = 'nobody';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** Our statements are known by their form; they have no Sid, so that they cannot collide with anyone's. */
const denyAllWhere = <T extends z.ZodType>(Condition: T) =>
  z.strictObject({
    Effect: z.literal('Deny'),
    Action: z.union([z.literal('*'), z.tuple([z.literal('*')])]),
    Resource: z.union([z.literal('*'), z.tuple([z.literal('*')])]),
    Condition,
  });
const ofGrants = denyAllWhere(
  z.strictObject({ StringLike: z.strictObject({ 'aws:userid': oneOrMore }) }),
);
const wholeSecondText = z.iso.datetime({ precision: 0 });
const ofIssueTime = denyAllWhere(
  z.strictObject({
    DateLessThan: z.strictObject({
      'aws:TokenIssueTime': z.union([
        wholeSecondText,
        z.tuple([wholeSecondText]).transform(([one]) => one),
      ]),
    }),
  }),
);

const document = z.object({
  Statement: z.union([
    z.array(z.record(z.string(), z.json())),
    z.record(z.string(), z.json()).transform((one) => [one]),
  ]),
});

/**
 * Reads the policy as GetRolePolicy gives it, URL-encoded or plain. Nothing that denies is lost;
 * an Allow has no place in this policy and is not taken over. Throws a {@link AwsFault} when it is no policy.
 */
export function parseList(text: string): RevocationList {
  const parsed = document.safeParse(json(text));
  if (!parsed.success)
    throw new AwsFault(
      `The inline policy ${REVOCATIONS_POLICY} is no policy document; look at it on the role in the IAM console.`,
    );
  const list = parsed.data.Statement.reduce<RevocationList>((read, statement) => {
    if (statement.Effect !== 'Deny') return read;
    const cut = ofIssueTime.safeParse(statement);
    if (cut.success) {
      const before = cut.data.Condition.DateLessThan['aws:TokenIssueTime'];
      return { ...read, issuedBefore: [...read.issuedBefore, before] };
    }
    const mine = ofGrants.safeParse(statement);
    if (!mine.success) return { ...read, statements: [...read.statements, statement] };
    const said = mine.data.Condition.StringLike['aws:userid'].filter((line) => line !== NOBODY);
    return {
      ...read,
      grantIds: [...read.grantIds, ...said.flatMap((line) => cutGrant(line) ?? [])],
      patterns: [...read.patterns, ...said.filter((line) => cutGrant(line) === undefined)],
    };
  }, EMPTY_LIST);
  return normal(list);
}

/** The policy document of a list: the same list is always the same text. */
export function composeList(list: RevocationList): string {
  const { grantIds, issuedBefore, patterns, statements } = normal(list);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      denyAll({
        StringLike: { 'aws:userid': [NOBODY, ...patterns, ...grantIds.map((id) => `*:${id}`)] },
      }),
      ...issuedBefore.map((at) => denyAll({ DateLessThan: { 'aws:TokenIssueTime': at } })),
      ...statements,
    ],
  });
}

const denyAll = (Condition: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', Condition });

/** What others put there, for people to read: patterns as they stand, statements as JSON. */
export const adoptedIn = ({ patterns, statements }: RevocationList): string[] => [
  ...patterns,
  ...statements.map((statement) => JSON.stringify(statement)),
];

/** A policy as IAM gives it, which is URL-encoded, in plain. */
export const decodedPolicy = (text: string): string =>
  text.trimStart().startsWith('{') ? text : decodeURIComponent(text);

/** How AWS counts a policy against {@link INLINE_POLICIES_MAX}. */
export const charactersOf = (policy: string): number => policy.replace(/\s/g, '').length;

const cutGrant = (line: string): string | undefined => {
  const id = line.startsWith('*:') ? line.slice(2) : '';
  return grantId.safeParse(id).success ? id : undefined;
};

const normal = (list: RevocationList): RevocationList => ({
  grantIds: [...new Set(list.grantIds)].sort(),
  issuedBefore: [...new Set(list.issuedBefore)].sort(),
  patterns: [...new Set(list.patterns)],
  statements: list.statements,
});

function json(text: string): unknown {
  try {
    return JSON.parse(decodedPolicy(text));
  } catch {
    return undefined;
  }
}
