import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Decision, Question } from '../../access/decision';
import { exampleFolder, loadBundle } from '../../config/bundle';
import { askTables } from '../../policy/tables';
import { readTables, TABLES_FILE } from '../../policy/tables-file';
import { PEOPLE } from '../../sandbox/people';

const { tables, findings } = readTables(
  readFileSync(path.join(exampleFolder, TABLES_FILE), 'utf8'),
);
const { policy } = loadBundle(exampleFolder);
const decided: { question: Question; decision: Decision }[] = [];
const rows = askTables(tables!, {
  ...policy,
  decide: (question) => {
    const decision = policy.decide(question);
    decided.push({ question, decision });
    return decision;
  },
});

describe('the decision tables of the example', () => {
  test('can be read', () => {
    expect(findings).toEqual([]);
  });

  test.each(rows)('$it', ({ wrong }) => {
    expect(wrong).toEqual([]);
  });

  test('whatever the answer, it explains itself, only a grant has an end, and only who waits has approvers', () => {
    for (const { question, decision } of decided) {
      const { verdict, because, expiresAt, approvers, countedReviews } = decision;
      expect(countedReviews).toHaveLength(question.reviews?.length ?? 0);
      expect(because).not.toHaveLength(0);
      expect(because.every((sentence) => sentence.length > 0)).toBe(true);
      expect(expiresAt !== undefined).toBe(verdict === 'grant');
      expect(approvers.length > 0).toBe(verdict === 'ask');
    }
  });

  test('are about the people of the stand-ins', () => {
    const ofSandbox = PEOPLE.map(({ email, groups, active }) => [
      email,
      { groups: groups.toSorted(), active },
    ]);
    const ofTables = Object.entries(tables!.file.people).map(([name, { groups, active }]) => [
      `${name}@curfew.example`,
      { groups: groups.toSorted(), active },
    ]);
    expect(ofTables).toEqual(ofSandbox);
  });
});
