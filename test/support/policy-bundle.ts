import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PersonFacts, Policy, Question } from '../../access/decision';
import { exampleFolder } from '../../config/bundle';
import { readBundle, type BundleFile, type ReadBundle } from '../../policy/bundle';
import { findingText } from '../../policy/finding';

/** The files of the example, each with a change. */
export function exampleFiles(changes: Record<string, (text: string) => string> = {}): BundleFile[] {
  return [
    'curfew.yaml',
    'policies/approve.cedar',
    'policies/auto-approve.cedar',
    'policies/break-glass.cedar',
    'policies/request.cedar',
    'policies/revoke.cedar',
    'policies/workloads.cedar',
  ].map((name) => {
    const text = readFileSync(path.join(exampleFolder, name), 'utf8');
    const changed = changes[name]?.(text) ?? text;
    if (changes[name] !== undefined && changed === text)
      throw new Error(`nothing changed in ${name}`);
    return { name, text: changed };
  });
}

/** The policy of a bundle that has no errors. */
export function policyOf(files: readonly BundleFile[]): Policy {
  const bundle = readBundle(files, 'hash');
  if (!bundle.ok) throw new Error(bundle.findings.map(findingText).join('\n'));
  return bundle.policy;
}

/** The example, where prod-admin takes this route, and with more policies. */
export const routeFiles = (route: string, cedar = ''): BundleFile[] => [
  ...exampleFiles({
    'curfew.yaml': (text) =>
      text.replace(
        "seats: [{ from: owners }, { from: 'group:security' }]",
        () => `${route} # changed`,
      ),
  }),
  { name: 'policies/more.cedar', text: cedar },
];

/** The example with more policies. */
export const examplePlus = (cedar: string): Policy =>
  policyOf([...exampleFiles(), { name: 'policies/more.cedar', text: cedar }]);

export const someone = (
  id: string,
  groups: string[],
  more: Partial<PersonFacts> = {},
): PersonFacts => ({
  id,
  emails: [`${id}@curfew.example`],
  groups,
  active: true,
  ...more,
});

/** An engineer, two owners, two of security, one who is both, and one of them who has left. */
export const COMPANY: readonly PersonFacts[] = [
  someone('ada', ['engineers']),
  someone('carla', ['payments-owners']),
  someone('chris', ['payments-owners']),
  someone('deniz', ['security']),
  someone('dora', ['security']),
  someone('both', ['payments-owners', 'security']),
  someone('left', ['payments-owners', 'security'], { active: false }),
];

export const NOON = '2026-01-05T12:00:00.000Z';

/** Ada asks for an hour of prod-admin, on a Monday at noon. */
export const asks = (change: Partial<Question> = {}): Question => ({
  requester: 'ada',
  role: 'prod-admin',
  durationMinutes: 60,
  reason: 'Look at the failing job',
  at: NOON,
  people: [...COMPANY],
  ...change,
});

/** A vote, so many minutes before noon. */
export const says = (by: string, verdict: 'approve' | 'deny', minutesBefore = 10) => ({
  by,
  verdict,
  at: new Date(Date.parse(NOON) - minutesBefore * 60_000).toISOString(),
});

export const countedIn = (decision: {
  countedReviews: { by: string; counted: boolean }[];
}): string[] => decision.countedReviews.filter(({ counted }) => counted).map(({ by }) => by);

/** What is found when one text of the example is replaced by another. */
export const foundIn = (file: string, from: string | RegExp, to: string): ReadBundle =>
  readBundle(exampleFiles({ [file]: (text) => text.replace(from, to) }), 'hash');

/** The line of the example's file that holds this. */
export const lineOf = (file: string, part: string): number =>
  exampleFiles()
    .find(({ name }) => name === file)!
    .text.split('\n')
    .findIndex((text) => text.includes(part)) + 1;
