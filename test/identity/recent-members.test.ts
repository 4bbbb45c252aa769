import { beforeEach, expect, test } from '@jest/globals';
import type { Members } from '../../access/person';
import { recentMembers, STALE_MS } from '../../identity/recent-members';

let now = 1;
let asked: string[] = [];
let answer: () => Promise<Members | undefined>;
const someone = (id: string): Members => ({
  people: [{ id, name: id, emails: [], groups: ['security'], active: true }],
  more: false,
});

const remembering = () =>
  recentMembers(
    {
      members(group, atMost) {
        asked.push(`${group} ${atMost}`);
        return answer();
      },
    },
    () => now,
  );

beforeEach(() => {
  now = 1;
  asked = [];
  answer = async () => someone('ada');
});

test('what was said within a minute is said again; after that it is asked', async () => {
  const members = remembering();
  expect(await members.members('security', 3)).toEqual(someone('ada'));
  answer = async () => someone('ben');
  now += STALE_MS;
  expect(await members.members('security', 3)).toEqual(someone('ada'));
  now += 1;
  expect(await members.members('security', 3)).toEqual(someone('ben'));
  expect(asked).toHaveLength(2);
});

test('another group, or more of one, is another question', async () => {
  const members = remembering();
  await members.members('security', 3);
  await members.members('security', 30);
  await members.members('owners', 3);
  expect(asked).toEqual(['security 3', 'security 30', 'owners 3']);
});

test('several who ask at once make one question', async () => {
  const members = remembering();
  await Promise.all([1, 2, 3].map(() => members.members('security', 3)));
  expect(asked).toHaveLength(1);
});

test('that there is no such group is remembered like any answer; a fault never is', async () => {
  const members = remembering();
  answer = async () => undefined;
  expect(await members.members('security', 3)).toBeUndefined();
  expect(await members.members('security', 3)).toBeUndefined();
  expect(asked).toHaveLength(1);
  answer = async () => Promise.reject(new Error('down'));
  await expect(members.members('owners', 3)).rejects.toThrow('down');
  answer = async () => someone('ada');
  expect(await members.members('owners', 3)).toEqual(someone('ada'));
});

test('it remembers so many groups, the latest asked about', async () => {
  const members = remembering();
  for (let nth = 0; nth < 300; nth += 1) await members.members(`group-${nth}`, 3);
  await members.members('group-299', 3);
  expect(asked).toHaveLength(300);
  await members.members('group-0', 3);
  expect(asked).toHaveLength(301);
});
