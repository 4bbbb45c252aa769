import type { Finding } from './finding';
import { fieldOf } from './policy-files';
import { isForWorkloads, type RulePolicy } from './rules';

/** Permits that speak of pipelines or agents in their conditions alone: for those they are no permits (rules.ts). */
export const idleForWorkloads = (policies: readonly RulePolicy[]): Finding[] =>
  policies
    .filter(({ json }) => json.effect === 'permit' && !isForWorkloads(json))
    .filter(({ json }) => /"Curfew::(?:Pipeline|Agent)"/.test(JSON.stringify(json.conditions)))
    .map(({ id, file, line }) => ({
      level: 'warning',
      file,
      line,
      field: fieldOf(id),
      problem: 'This permit speaks of pipelines or agents, and lets none of them in.',
      fix: 'Say it in the scope: permit (principal is Curfew::Pipeline, …).',
    }));
