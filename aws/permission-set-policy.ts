import { z } from 'zod';
import { wholeSecond } from '../access/fence';
import { AwsFault } from './errors';
import { charactersOf } from './revocation-list';

/**
 * What IAM takes of a role's inline policies together, white space not counted. The API takes a longer text
 * (32,768), and the set could then not be provisioned.
 */
export const PERMISSION_SET_INLINE_MAX = 10_240;

/** One person's end in one account. `userId` is the identity store's. */
export interface UserFence {
  accountId: string;
  userId: string;
  until: string;
}

/** A permission set's inline policy: our fences, and everything else that stands in it. */
export interface FencedPolicy {
  fences: UserFence[];
  /** Others' statements, Allows too: this policy may be what the set is for. As they stand there. */
  statements: object[];
  /** Version and Id, when there is a document. */
  head: Record<string, unknown>;
}

const EMPTY: FencedPolicy = { fences: [], statements: [], head: { Version: '2012-10-17' } };

// No user's id. It keeps the policy from ever being empty, so that nothing has to be deleted.
const NOBODY = 'nobody';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const everything = z.union([z.literal('*'), z.tuple([z.literal('*')])]);

/** Our statements are known by their form; they have no Sid, so that they cannot collide with anyone's. */
const ours = z.strictObject({
  Effect: z.literal('Deny'),
  Action: everything,
  Resource: everything,
  Condition: z.strictObject({
    StringEquals: z.strictObject({
      'identitystore:UserId': oneOrMore,
      'aws:PrincipalAccount': z.string().regex(/^\d{12}$/),
    }),
    DateGreaterThanEquals: z.strictObject({ 'aws:CurrentTime': z.iso.datetime() }),
  }),
});

const document = z.looseObject({
  Statement: z.union([
    z.array(z.record(z.string(), z.json())),
    z.record(z.string(), z.json()).transform((one) => [one]),
  ]),
});

/** Reads the policy as GetInlinePolicyForPermissionSet gives it; empty when there is none. */
export function parseFencedPolicy(text: string, arn: string): FencedPolicy {
  if (text.trim() === '') return EMPTY;
  const parsed = document.safeParse(json(text));
  if (!parsed.success)
    throw new AwsFault(
      `The inline policy of ${arn} is no policy document; look at it in the Identity Center console.`,
    );
  const { Statement, ...head } = parsed.data;
  const policy: FencedPolicy = { fences: [], statements: [], head };
  for (const statement of Statement) {
    const mine = ours.safeParse(statement);
    if (!mine.success) {
      policy.statements.push(statement);
      continue;
    }
    const { StringEquals, DateGreaterThanEquals } = mine.data.Condition;
    const until = wholeSecond(Date.parse(DateGreaterThanEquals['aws:CurrentTime']));
    for (const userId of StringEquals['identitystore:UserId'])
      if (userId !== NOBODY)
        policy.fences.push({ accountId: StringEquals['aws:PrincipalAccount'], userId, until });
  }
  return policy;
}

/**
 * The policy document: foreign statements first and as they stood, then one Deny per account and instant. Ends that
 * have passed share one statement, so that room is taken by those that are to come. Never StringNotEquals: it matches
 * where the key is absent.
 */
export function composeFencedPolicy(
  { fences, statements, head }: FencedPolicy,
  now: number,
): string {
  const groups = new Map<string, { accountId: string; until: number; userIds: Set<string> }>();
  for (const { accountId, userId, until } of fences) {
    const at = Date.parse(until);
    const key = `${accountId} ${at <= now ? 'passed' : at}`;
    const group = groups.get(key) ?? { accountId, until: at, userIds: new Set() };
    group.until = Math.max(group.until, at);
    groups.set(key, group);
    group.userIds.add(userId);
  }
  const denies = [...groups.values()]
    .sort((one, other) => one.accountId.localeCompare(other.accountId) || one.until - other.until)
    .map(({ accountId, until, userIds }) => deny(accountId, [...userIds].sort(), until));
  const all = [...statements, ...denies];
  return latin(
    JSON.stringify({
      ...head,
      Statement: all.length > 0 ? all : [deny('0'.repeat(12), [NOBODY], 0)],
    }),
  );
}

/** The fences of one account replaced; the later end wins where a user is there twice. */
export function withFences(
  policy: FencedPolicy,
  accountId: string,
  wanted: readonly { userId: string; until: string }[],
): FencedPolicy {
  const latest = new Map<string, string>();
  for (const { userId, until } of wanted) {
    const before = latest.get(userId);
    if (before === undefined || Date.parse(before) < Date.parse(until))
      latest.set(userId, wholeSecond(Date.parse(until)));
  }
  return {
    ...policy,
    fences: [
      ...policy.fences.filter((fence) => fence.accountId !== accountId),
      ...[...latest].map(([userId, until]) => ({ accountId, userId, until })),
    ],
  };
}

export const hasRoom = (text: string): boolean => charactersOf(text) <= PERMISSION_SET_INLINE_MAX;

/** Throws when IAM would not take it, saying what to do. */
export function checkRoom(text: string, arn: string, fences: number): void {
  if (hasRoom(text)) return;
  const characters = charactersOf(text);
  throw new AwsFault(
    `The inline policy of ${arn} is full: with ${fences} fences it has ${characters} characters, and IAM takes ` +
      `${PERMISSION_SET_INLINE_MAX}. What others wrote there can move into a customer managed policy; fences leave ` +
      'when their sessions are over.',
  );
}

const deny = (accountId: string, userIds: string[], until: number): object => ({
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  Condition: {
    StringEquals: { 'identitystore:UserId': userIds, 'aws:PrincipalAccount': accountId },
    DateGreaterThanEquals: { 'aws:CurrentTime': new Date(until).toISOString().replace('.000', '') },
  },
});

/** The API takes no character beyond U+00FF. */
const latin = (text: string): string =>
  text.replaceAll(
    /[\u0100-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
