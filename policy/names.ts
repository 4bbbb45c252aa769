import type { WorkloadKind } from '../access/workload';
import type { CatalogFile } from './catalog-file';
import type { Finding } from './finding';
import { didYouMean } from './nearest';
import { fieldOf, placeAt } from './policy-files';
import type { RulePolicy } from './rules';

/**
 * Ids in policies are free text: the type checker accepts `Group::"secuirty"`, and the rule then never
 * applies. So each is looked up in the catalog.
 */
export function unknownNames(file: CatalogFile, policies: readonly RulePolicy[]): Finding[] {
  const known: Record<string, readonly string[]> = {
    Group: file.groups,
    Role: Object.keys(file.roles),
    Account: Object.keys(file.accounts),
    Env: [...new Set(Object.values(file.accounts).map(({ env }) => env))],
    Everything: ['access'],
    Pipeline: workloadsThatAre(file, 'pipeline'),
    Agent: workloadsThatAre(file, 'agent'),
  };
  return policies.flatMap((policy) =>
    namesIn(policy.json).flatMap(({ type, id }): Finding[] => {
      const kind = type.replace(/^Curfew::/, '');
      const at = Math.max(0, policy.text.indexOf(`"${id}"`));
      const place = {
        file: policy.file,
        line: policy.line + placeAt(policy.text, at).line - 1,
        field: fieldOf(policy.id),
      };
      if (kind === 'User')
        return [
          {
            level: 'warning',
            ...place,
            problem: `The person ${id} is named in a rule; nobody checks that they are still there.`,
            fix: 'Name a group of the directory instead.',
          },
        ];
      const names = known[kind];
      if (names === undefined || names.includes(id)) return [];
      return [
        {
          level: 'error',
          ...place,
          problem: `There is no ${kind.toLowerCase()} called ${id} in curfew.yaml.`,
          fix:
            names.length === 0
              ? 'There is none: add it to curfew.yaml, or remove the rule.'
              : `Use one of ${names.join(', ')}.${didYouMean(id, names)}`,
        },
      ];
    }),
  );
}

const workloadsThatAre = ({ workloads }: CatalogFile, kind: WorkloadKind): string[] =>
  Object.keys(workloads).filter((id) => workloads[id]?.kind === kind);

/** Every `Type::"id"` of a policy, scope and conditions alike. */
function namesIn(part: unknown): { type: string; id: string }[] {
  if (typeof part !== 'object' || part === null) return [];
  if (
    'type' in part &&
    'id' in part &&
    typeof part.type === 'string' &&
    typeof part.id === 'string'
  )
    return [{ type: part.type, id: part.id }];
  return Object.entries(part).flatMap(([key, inner]: [string, unknown]) =>
    // Annotations are words, whatever they are called.
    key === 'annotations' ? [] : namesIn(inner),
  );
}
