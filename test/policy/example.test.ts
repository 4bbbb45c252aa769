import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseDuration } from '../../access/duration';
import { exampleFolder, loadBundle } from '../../config/bundle';
import { PEOPLE } from '../../sandbox/people';

const clock = z.string().regex(/^\d\d:\d\d$/);
const someone = z.union([
  z.array(z.string()).transform((groups) => ({ groups, active: true })),
  z.strictObject({ groups: z.array(z.string()), active: z.boolean() }),
]);
const tables = z.strictObject({
  people: z.record(z.string(), someone),
  decisions: z.array(
    z.strictObject({
      it: z.string(),
      ask: z.strictObject({
        requester: z.string(),
        role: z.string(),
        account: z.string().optional(),
        for: z.string().optional(),
        minutes: z.number().optional(),
        reason: z.string().default('Look at the failing job'),
        breakGlass: z.boolean().optional(),
      }),
      grants: z
        .array(
          z.strictObject({
            of: z.string(),
            role: z.string().default('prod-admin'),
            from: clock,
            until: clock,
            breakGlass: z.boolean().default(true),
            reviewed: z.boolean().default(false),
          }),
        )
        .optional(),
      votes: z
        .array(
          z.strictObject({
            by: z.string(),
            says: z.enum(['approve', 'deny']),
            at: clock.default('10:00'),
          }),
        )
        .default([]),
      expect: z.strictObject({
        verdict: z.enum(['grant', 'ask', 'deny']),
        needed: z.number().optional(),
        approvers: z.array(z.string()).optional(),
        counted: z.array(z.string()).optional(),
        because: z.string().optional(),
        expiresAt: clock.optional(),
      }),
    }),
  ),
  revocations: z.array(
    z.strictObject({
      by: z.string(),
      of: z.string(),
      role: z.string(),
      expect: z.enum(['grant', 'deny']),
    }),
  ),
  revocationsOfAll: z.array(
    z.strictObject({
      by: z.string(),
      expect: z.enum(['grant', 'deny']),
      because: z.string().optional(),
    }),
  ),
});

const {
  people: named,
  decisions,
  revocations,
  revocationsOfAll,
} = tables.parse(parse(readFileSync(path.join(exampleFolder, 'tests.yaml'), 'utf8')));
const { policy } = loadBundle(exampleFolder);

const idOf = (name: string) => (name in named ? `00u-${name}` : name);
const nameOf = (id: string) => id.replace(/^00u-/, '');
const people = Object.entries(named).map(([name, { groups, active }]) => ({
  id: idOf(name),
  name,
  emails: [`${name}@curfew.example`],
  groups,
  active,
}));
const person = (name: string) => people.find((one) => one.name === name)!;
const on = (time: string) => `2026-01-05T${time}:00.000Z`;

describe('the decision tables of the example', () => {
  test.each(decisions)('$it', ({ ask, votes, grants, expect: expected }) => {
    const decision = policy.decide({
      requester: idOf(ask.requester),
      role: ask.role,
      ...(ask.account === undefined ? {} : { account: ask.account }),
      durationMinutes: ask.minutes ?? parseDuration(ask.for ?? '1h')!,
      reason: ask.reason,
      at: on('10:30'),
      people,
      ...(ask.breakGlass === undefined ? {} : { breakGlass: ask.breakGlass }),
      ...(grants === undefined
        ? {}
        : {
            grants: grants.map(({ of, from, until, ...grant }) => ({
              ...grant,
              person: idOf(of),
              from: on(from),
              until: on(until),
              state: 'active',
            })),
          }),
      reviews: votes.map(({ by, says, at }) => ({ by: idOf(by), verdict: says, at: on(at) })),
    });
    const { because, ...rest } = expected;
    const answer = {
      verdict: decision.verdict,
      needed: decision.needed,
      approvers: decision.approvers.map(nameOf).toSorted(),
      counted: decision.countedReviews.filter(({ counted }) => counted).map(({ by }) => nameOf(by)),
      expiresAt: decision.expiresAt?.slice(11, 16),
    };
    expect(answer).toMatchObject(rest);
    expect(decision.because.join('\n')).toContain(because ?? '');
    // Whatever the answer: it explains itself, and only a grant has an end.
    expect(decision.because.every((sentence) => sentence.length > 0)).toBe(true);
    expect(decision.because).not.toHaveLength(0);
    expect(decision.countedReviews).toHaveLength(votes.length);
    expect(decision.expiresAt !== undefined).toBe(decision.verdict === 'grant');
    expect(decision.approvers.length > 0).toBe(decision.verdict === 'ask');
  });

  test.each(revocations)('$by cuts what $of holds of $role: $expect', (row) => {
    const decision = policy.mayRevoke({
      by: person(row.by),
      holder: person(row.of),
      role: row.role,
      at: on('10:30'),
    });
    expect(decision.verdict).toBe(row.expect);
    expect(decision.because).not.toHaveLength(0);
  });

  test.each(revocationsOfAll)('$by cuts everything of everybody: $expect', (row) => {
    const decision = policy.mayRevokeAll({ by: person(row.by), at: on('10:30') });
    expect(decision.verdict).toBe(row.expect);
    expect(decision.because.join(' ')).toContain(row.because ?? '');
  });

  test('are about the people of the stand-ins', () => {
    const ofSandbox = PEOPLE.map(({ email, groups, active }) => ({
      email,
      groups: groups.toSorted(),
      active,
    }));
    const ofTables = people.map(({ emails, groups, active }) => ({
      email: emails[0],
      groups: groups.toSorted(),
      active,
    }));
    expect(ofTables).toEqual(ofSandbox);
  });
});
