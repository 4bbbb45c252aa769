import type { GrantMechanism } from '../../../access/catalog';

/** What happens, in order. Nothing names a time of its own: a window is short, or outlasts the test. */
export type Step =
  /** Somebody is granted it; `short`: for a few seconds. */
  | { open: string; who?: Who; short?: true; in?: 'lab' }
  /** Is revoked, and seen over. */
  | { revoke: string }
  | { revokeAtOnce: string[] }
  /** Its own holder ends it. */
  | { endEarly: string }
  /** Its window runs out, and it is seen over. */
  | { wait: string }
  | { byHand: 'give' | 'take' }
  /** The look that comes every few minutes. */
  | { reconcile: true }
  /** The same word to the target's writer again and again. */
  | { tellAgain: string }
  | { worker: 'down' | 'up' }
  | { failNext: 'assign' | 'remove' | 'fence' }
  /** The clock passes the end of this window with nobody watching. */
  | { pass: string }
  | { has: boolean; who?: Who; in?: 'lab' };
type Who = 'ada' | 'ben';

export interface OverlapCase {
  name: string;
  steps: Step[];
  /** Where it can happen at all; everywhere when absent. */
  only?: readonly GrantMechanism[];
}

const STANDING = ['permission-set', 'group'] as const;
const yes: Step = { has: true };
const no: Step = { has: false };

/** Access ends at the latest granted end, never earlier, never later; permanent access is never touched. */
export const OVERLAPS: readonly OverlapCase[] = [
  {
    name: 'one grant, whose window runs out',
    steps: [{ open: 'a', short: true }, yes, { wait: 'a' }, no],
  },
  { name: 'one grant, revoked', steps: [{ open: 'a' }, yes, { revoke: 'a' }, no] },
  {
    name: 'one grant, ended early by its holder',
    steps: [{ open: 'a' }, yes, { endEarly: 'a' }, no],
  },
  {
    name: 'a second one as long: the first is revoked, then the second',
    steps: [{ open: 'a' }, { open: 'b' }, { revoke: 'a' }, yes, { revoke: 'b' }, no],
  },
  {
    name: 'the second is revoked, then the first',
    steps: [{ open: 'a' }, { open: 'b' }, { revoke: 'b' }, yes, { revoke: 'a' }, no],
  },
  {
    name: 'a shorter second one runs out while the first goes on',
    steps: [{ open: 'a' }, { open: 'b', short: true }, { wait: 'b' }, yes, { revoke: 'a' }, no],
  },
  {
    name: 'a longer second one (an extension): the first runs out, access goes on',
    steps: [{ open: 'a', short: true }, { open: 'b' }, { wait: 'a' }, yes, { revoke: 'b' }, no],
  },
  {
    name: 'an extension is revoked before the first has run out, and the first keeps its own end',
    steps: [{ open: 'a', short: true }, { open: 'b' }, { revoke: 'b' }, yes, { wait: 'a' }, no],
  },
  {
    name: 'both revoked at once',
    steps: [{ open: 'a' }, { open: 'b' }, { revokeAtOnce: ['a', 'b'] }, no],
  },
  {
    name: 'three at once, ended from the middle outwards',
    steps: [
      { open: 'a' },
      { open: 'b' },
      { open: 'c' },
      { revoke: 'b' },
      yes,
      { endEarly: 'a' },
      yes,
      { revoke: 'c' },
      no,
    ],
  },
  {
    name: 'one begins when the other has ended',
    steps: [{ open: 'a', short: true }, { wait: 'a' }, no, { open: 'b' }, yes, { revoke: 'b' }, no],
  },
  {
    name: 'one is granted while the other is being taken back',
    steps: [
      { open: 'a', short: true },
      { pass: 'a' },
      { open: 'b' },
      yes,
      { wait: 'a' },
      yes,
      { revoke: 'b' },
      no,
    ],
  },
  {
    name: 'the same word again changes nothing',
    steps: [{ open: 'a' }, { tellAgain: 'a' }, yes, { revoke: 'a' }, { tellAgain: 'a' }, no],
    only: STANDING,
  },
  {
    name: 'two people: the end of one is none of the other',
    steps: [
      { open: 'a' },
      { open: 'b', who: 'ben' },
      { revoke: 'a' },
      no,
      { has: true, who: 'ben' },
      { revoke: 'b' },
      { has: false, who: 'ben' },
    ],
  },
  {
    name: 'two accounts: the end in one is none in the other',
    steps: [
      { open: 'a' },
      { open: 'b', in: 'lab' },
      { revoke: 'a' },
      no,
      { has: true, in: 'lab' },
      { revoke: 'b' },
      { has: false, in: 'lab' },
    ],
    only: ['role-session', 'permission-set'],
  },
  {
    name: 'two roles of the catalog on one group: the membership lasts as long as either',
    steps: [{ open: 'a' }, { open: 'b', in: 'lab' }, { revoke: 'a' }, yes, { revoke: 'b' }, no],
    only: ['group'],
  },
  {
    name: 'there before by somebody else’s hand: it stays when the grant runs out',
    steps: [{ byHand: 'give' }, { open: 'a', short: true }, { wait: 'a' }, yes],
    only: STANDING,
  },
  {
    name: 'there before: it stays when the grant is revoked, and after a second grant',
    steps: [
      { byHand: 'give' },
      { open: 'a' },
      { revoke: 'a' },
      yes,
      { open: 'b' },
      { revoke: 'b' },
      yes,
    ],
    only: STANDING,
  },
  {
    name: 'there before, and taken away by hand during the grant: the grant holds, and ends',
    steps: [
      { byHand: 'give' },
      { open: 'a' },
      { byHand: 'take' },
      { reconcile: true },
      yes,
      { revoke: 'a' },
      no,
    ],
    only: STANDING,
  },
  {
    name: 'there before, and taken away by hand without any grant: nobody gives it back',
    steps: [
      { byHand: 'give' },
      { open: 'a' },
      { revoke: 'a' },
      { byHand: 'take' },
      { reconcile: true },
      no,
    ],
    only: STANDING,
  },
  {
    name: 'given by hand during the grant: it cannot be told from ours, and ends with the grant',
    steps: [{ open: 'a' }, { byHand: 'give' }, { revoke: 'a' }, no],
    only: STANDING,
  },
  {
    name: 'taken away by hand during the grant: given again, and it ends on time',
    steps: [{ open: 'a' }, { byHand: 'take' }, no, { reconcile: true }, yes, { revoke: 'a' }, no],
    only: STANDING,
  },
  {
    name: 'given again by hand after the end: the next grant takes it over and ends it',
    steps: [
      { open: 'a' },
      { revoke: 'a' },
      { byHand: 'give' },
      { open: 'b' },
      yes,
      { revoke: 'b' },
      no,
    ],
    only: STANDING,
  },
  {
    name: 'nothing of ours runs when the window ends',
    steps: [
      { open: 'a', short: true },
      yes,
      { worker: 'down' },
      { pass: 'a' },
      { worker: 'up' },
      { wait: 'a' },
      no,
    ],
  },
  {
    name: 'the assignment FAILED once, and is made',
    steps: [{ failNext: 'assign' }, { open: 'a' }, yes, { revoke: 'a' }, no],
    only: STANDING,
  },
  {
    name: 'the removal FAILED once, and is done',
    steps: [{ open: 'a' }, { failNext: 'remove' }, { revoke: 'a' }, no],
    only: STANDING,
  },
  {
    name: 'the fence FAILED once: nothing is given without it',
    steps: [{ failNext: 'fence' }, { open: 'a' }, yes, { revoke: 'a' }, no],
    only: STANDING,
  },
];
