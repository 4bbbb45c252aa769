import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainSecond } from '../../access/fence';
import {
  adoptedIn,
  charactersOf,
  composeList,
  EMPTY_LIST,
  INLINE_POLICIES_MAX,
  parseList,
} from '../../aws/revocation-list';
import { manyGrantIds } from '../support/grant-ids';

const anyGrantId = fc.stringMatching(/^g-[a-z2-7]{10}$/);

const byHand = {
  Sid: 'Incident7',
  Effect: 'Deny',
  Action: 's3:*',
  Resource: 'arn:aws:s3:::salaries/*',
  Condition: { StringEquals: { 'aws:SourceIdentity': ['00umallory'] } },
};

const policy = (...statements: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

const before = (at: string | string[]): object => ({
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  Condition: { DateLessThan: { 'aws:TokenIssueTime': at } },
});
const anySecond = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
  .map((date) => plainSecond(date.getTime()));

const cut = (...patterns: string[]): object => ({
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  Condition: { StringLike: { 'aws:userid': patterns } },
});

test('the document denies everything to the sessions of exactly these grants', () => {
  const text = composeList({ ...EMPTY_LIST, grantIds: ['g-bbbbbbbbbb', 'g-aaaaaaaaaa'] });
  expect(JSON.parse(text)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          StringLike: { 'aws:userid': ['nobody', '*:g-aaaaaaaaaa', '*:g-bbbbbbbbbb'] },
        },
      },
    ],
  });
});

test('an empty list is a statement about nobody, never an empty array', () => {
  expect(composeList(EMPTY_LIST)).toContain('["nobody"]');
  expect(parseList(composeList(EMPTY_LIST))).toEqual(EMPTY_LIST);
});

test('what was written reads the same, plain or URL-encoded, in whatever order and however often', () => {
  fc.assert(
    fc.property(
      fc.array(anyGrantId),
      fc.array(fc.constantFrom('*:session-?', 'AROA123:emil', '*:g-short')),
      fc.subarray([byHand]),
      fc.array(anySecond, { maxLength: 3 }),
      (grantIds, patterns, statements, issuedBefore) => {
        const text = composeList({ grantIds, issuedBefore, patterns, statements });
        const read = parseList(encodeURIComponent(text));
        expect(read).toEqual(parseList(text));
        expect(read.grantIds).toEqual([...new Set(grantIds)].sort());
        expect(read.issuedBefore).toEqual([...new Set(issuedBefore)].sort());
        expect(read.patterns).toEqual([...new Set(patterns)]);
        expect(read.statements).toEqual(statements);
        expect(composeList(read)).toBe(text);
        expect(composeList({ ...read, grantIds: read.grantIds.toReversed() })).toBe(text);
      },
    ),
  );
});

test('everything that was issued before an instant is one more statement, and is nobody else’s', () => {
  const at = '2026-11-23T10:00:00Z';
  const text = composeList({ ...EMPTY_LIST, issuedBefore: [at] });
  expect(JSON.parse(text).Statement).toEqual([cut('nobody'), before(at)]);
  expect(parseList(text)).toEqual({ ...EMPTY_LIST, issuedBefore: [at] });
  expect(parseList(policy(before([at]))).issuedBefore).toEqual([at]);
  expect(adoptedIn(parseList(text))).toEqual([]);
});

describe('what others put there', () => {
  test('a statement stays as it is, and is told', () => {
    const list = parseList(policy(byHand, cut('*:g-aaaaaaaaaa')));
    expect(list).toEqual({ ...EMPTY_LIST, grantIds: ['g-aaaaaaaaaa'], statements: [byHand] });
    expect(JSON.parse(composeList(list)).Statement).toContainEqual(byHand);
    expect(adoptedIn(list)).toEqual([JSON.stringify(byHand)]);
  });

  test('a pattern in our own statement stays in it, and is told', () => {
    const list = parseList(policy(cut('*:g-aaaaaaaaaa', '*:ops-*', '*:g-*')));
    expect(list.grantIds).toEqual(['g-aaaaaaaaaa']);
    expect(adoptedIn(list)).toEqual(['*:ops-*', '*:g-*']);
    expect(composeList(list)).toContain('"*:ops-*","*:g-*"');
  });

  test.each([
    ['a Sid', { ...cut('*:g-aaaaaaaaaa'), Sid: 'Mine' }],
    ['fewer actions', { ...cut('*:g-aaaaaaaaaa'), Action: 's3:*' }],
    [
      'another condition beside',
      {
        ...cut(),
        Condition: {
          StringLike: { 'aws:userid': '*:g-aaaaaaaaaa' },
          Bool: { 'aws:SecureTransport': 'true' },
        },
      },
    ],
    ['another operator', { ...cut(), Condition: { StringEquals: { 'aws:userid': 'x' } } }],
    ['no condition at all', { Effect: 'Deny', Action: '*', Resource: '*' }],
    ['a time in another form than ours', before('2026-11-23')],
    ['two times', before(['2026-11-23T10:00:00Z', '2026-11-23T10:00:01Z'])],
  ])('a Deny like ours but with %s is not ours and is kept whole', (_, statement) => {
    expect(parseList(policy(statement))).toEqual({ ...EMPTY_LIST, statements: [statement] });
  });

  test('a policy written by hand with single values in place of lists is understood', () => {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Deny',
        Action: ['*'],
        Resource: ['*'],
        Condition: { StringLike: { 'aws:userid': '*:g-aaaaaaaaaa' } },
      },
    });
    expect(parseList(text).grantIds).toEqual(['g-aaaaaaaaaa']);
  });

  test('an Allow is not taken over: this list only takes away', () => {
    expect(parseList(policy({ Effect: 'Allow', Action: '*', Resource: '*' }))).toEqual(EMPTY_LIST);
  });

  test.each(['', 'null', '%', '{"Statement":"x"}', '[]'])('"%s" is no policy', (text) => {
    expect(() => parseList(text)).toThrow(/jit-revocations is no policy document/);
  });
});

describe('room', () => {
  const used = (count: number): number =>
    charactersOf(composeList({ ...EMPTY_LIST, grantIds: manyGrantIds(count) }));

  test('594 grants fit beside nothing else, 595 do not', () => {
    expect(used(594)).toBeLessThanOrEqual(INLINE_POLICIES_MAX);
    expect(used(595)).toBeGreaterThan(INLINE_POLICIES_MAX);
  });

  test('white space is free', () => {
    expect(charactersOf('{ "a" :\n\t"b c" }')).toBe(10);
  });
});
