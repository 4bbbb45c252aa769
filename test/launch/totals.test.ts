import { expect, test } from '@jest/globals';
import { secondLook, totalsLine, totalsOf } from '../../launch/checks.mjs';

test.each([
  [{ passed: 12, failed: 0, skipped: 0 }, '12 passed, 0 failed'],
  [{ passed: 3, failed: 1, skipped: 2 }, '3 passed, 1 failed, 2 skipped'],
])('the last line of npm test: %j', (total, line) => {
  expect(totalsLine(total)).toBe(line);
});

test('a suite that could not be loaded counts as failed', () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    numRuntimeErrorTestSuites: 2,
  };
  expect(totalsOf(JSON.stringify(report), 1)).toEqual({
    passed: 5,
    failed: 3,
    skipped: 2,
    code: 1,
    broken: [],
  });
});

test('a second look at the files that failed counts in their place, whichever way it goes', () => {
  const file = (name: string, ...statuses: string[]) => ({
    name,
    status: statuses.includes('failed') ? 'failed' : 'passed',
    assertionResults: statuses.map((status) => ({ status })),
  });
  const first = totalsOf(
    JSON.stringify({
      numPassedTests: 3,
      numFailedTests: 1,
      testResults: [file('/a', 'passed'), file('/b', 'passed', 'failed', 'passed')],
    }),
    1,
  );
  expect(first.broken).toEqual([{ file: '/b', passed: 2 }]);
  const held = totalsOf(JSON.stringify({ numPassedTests: 3 }), 0);
  expect(secondLook(first, held)).toMatchObject({ passed: 4, failed: 0, code: 0 });
  const again = totalsOf(JSON.stringify({ numPassedTests: 2, numFailedTests: 1 }), 1);
  expect(secondLook(first, again)).toMatchObject({ passed: 3, failed: 1, code: 1 });
  expect(secondLook(first, totalsOf(undefined, 0))).toMatchObject({ failed: 1, code: 1 });
});

test('no report at all is a failure, even with exit code 0', () => {
  expect(totalsOf(undefined, 0)).toMatchObject({ failed: 1, code: 1 });
});
