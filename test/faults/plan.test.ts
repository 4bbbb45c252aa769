import { expect, test } from '@jest/globals';
import { aheadAt, rightAt } from './run/clock-step.cjs';
import { roleOf } from './run/company';
import { drawPlan, scenarioSeed } from './run/plan';

const many = Array.from({ length: 1_000 }, (_, nth) => drawPlan(scenarioSeed('any', nth)));
const parts = many.flatMap((plan) => plan.parts);

test('the same seed is the same scenario, and another seed is another', () => {
  expect(drawPlan('7-31')).toEqual(drawPlan('7-31'));
  expect(new Set(many.map((plan) => JSON.stringify({ ...plan, seed: '' }))).size).toBeGreaterThan(
    990,
  );
});

test('in a thousand scenarios every story, every end and every kind of accident is drawn', () => {
  expect(new Set(parts.map(({ story }) => story)).size).toBe(8);
  expect(new Set(parts.map(({ ending }) => ending)).size).toBe(8);
  expect(parts.filter((part) => part.extends).length).toBeGreaterThan(20);
  expect(new Set(parts.map(({ role }) => roleOf(role).mechanism)).size).toBe(3);
  const injuries = many.flatMap((plan) => plan.injuries);
  expect(new Set(injuries.map(({ what }) => what))).toEqual(
    new Set(['outside', 'kill', 'terminate', 'reset', 'forget', 'clock']),
  );
  const faults = injuries.flatMap((one) => (one.what === 'outside' ? [one.order] : []));
  expect(new Set(faults.map(({ kind }) => kind)).size).toBe(7);
  expect(new Set(faults.map(({ operation }) => operation)).size).toBe(28);
});

test('nobody is drawn to approve their own, and two seats are two people', () => {
  for (const { who, approvers } of parts) {
    expect(approvers).not.toContain(who);
    expect(new Set(approvers).size).toBe(approvers.length);
  }
  const shared = parts.filter(({ role, story }) => role === 'shared' && story === 'granted');
  expect(new Set(shared.map(({ approvers }) => approvers.length))).toEqual(new Set([2]));
});

test('AWS’s own clock is never set back', () => {
  const steps = many
    .flatMap((plan) => plan.injuries)
    .flatMap((injury) => (injury.what === 'clock' ? [injury] : []));
  expect(steps.filter(({ seconds }) => seconds < 0).map(({ process }) => process)).not.toContain(
    'sandbox',
  );
  const step = { at: 1_000, ms: 40_000, back: 13_000, slowly: true };
  const shown = Array.from({ length: 200 }, (_, second) => {
    const now = second * 1000;
    return now + aheadAt(step, now);
  });
  expect(shown.toSorted((one, other) => one - other)).toEqual(shown);
  expect(aheadAt(step, rightAt(step))).toBe(0);
  expect(aheadAt(step, rightAt(step) - 1_000)).toBeGreaterThan(0);
});
