import { durationText } from '../access/duration';
import type { Workload, WorkloadProvider } from '../access/workload';
import type { CatalogFile } from './catalog-file';
import { inCatalog } from './catalog-finding';
import type { Finding } from './finding';
import type { WorkloadFile } from './workloads-file';
import type { YamlFile } from './yaml-file';

/** What is known of a provider's tokens. */
interface Provider {
  /** Undefined: each customer has their own, or it is not known. */
  issuer?: string;
  /** Below the issuer. */
  jwks: string;
  /** Claims without which the tokens of strangers would do, each with where to find it. */
  pins: Record<string, string>;
  run: readonly string[];
}

const PROVIDERS: Record<WorkloadProvider, Provider> = {
  github: {
    issuer: 'https://token.actions.githubusercontent.com',
    jwks: '/.well-known/jwks',
    // A name can be registered anew by somebody else; the numbers cannot.
    pins: {
      repository_id: "the repository's number (gh api repos/OWNER/NAME --jq .id)",
      repository_owner_id: "its owner's number (gh api users/OWNER --jq .id)",
    },
    run: ['repository_id', 'run_id', 'run_attempt'],
  },
  gitlab: {
    issuer: 'https://gitlab.com',
    jwks: '/oauth/discovery/keys',
    pins: {
      project_id: "the project's number (Settings, General)",
      namespace_id: "its group's number (Settings, General)",
    },
    run: ['project_id', 'job_id'],
  },
  buildkite: {
    issuer: 'https://agent.buildkite.com',
    jwks: '/.well-known/jwks',
    // The issuer is the same for every customer.
    pins: {
      organization_id: "the organisation's UUID; ask for it with --claim organization_id",
      pipeline_id: "the pipeline's UUID; ask for it with --claim pipeline_id",
    },
    run: ['pipeline_id', 'job_id'],
  },
  circleci: {
    jwks: '/.well-known/jwks-pub.json',
    pins: { 'oidc.circleci.com/project-id': "the project's UUID (Project Settings, Overview)" },
    run: ['oidc.circleci.com/project-id', 'oidc.circleci.com/job-id'],
  },
  oidc: { jwks: '/.well-known/jwks.json', pins: { sub: 'whom its tokens are about' }, run: [] },
};

const CIRCLECI_ISSUER = /^https?:\/\/[^/]+\/org\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** From entries that {@link workloadMisfits} found nothing wrong with. */
export const workloadsOf = ({ workloads }: CatalogFile): Workload[] =>
  Object.entries(workloads).map(([id, entry]) => {
    const { kind, provider, audience, accountable, claims } = entry;
    const issuer = issuerOf(entry) ?? '';
    return {
      id,
      kind,
      accountable,
      provider,
      issuer,
      jwks: entry.jwks ?? `${issuer.replace(/\/$/, '')}${PROVIDERS[provider].jwks}`,
      audience,
      claims,
      run: entry.run === undefined ? PROVIDERS[provider].run : ['sub', entry.run],
    };
  });

const issuerOf = ({ issuer, provider }: WorkloadFile): string | undefined =>
  issuer ?? PROVIDERS[provider].issuer;

/** What `workloads` says, and does not fit. */
export function workloadMisfits(file: CatalogFile, yaml: YamlFile): Finding[] {
  const entries = Object.entries(file.workloads);
  return entries.flatMap(([id, entry], index) => {
    const error = (field: string[], problem: string, fix: string) =>
      inCatalog(yaml, 'error', ['workloads', id, ...field], problem, fix);
    const before = entries.slice(0, index);
    const twins = before.filter(([, other]) => mayBeBoth(entry, other));
    const elsewhere = before.find(
      ([, other]) => issuerOf(other) === issuerOf(entry) && other.jwks !== entry.jwks,
    );
    return [
      ...providerMisfits(entry, error),
      ...Object.entries(PROVIDERS[entry.provider].pins).flatMap(([claim, where]) =>
        entry.claims[claim] === undefined || entry.claims[claim].trim() === ''
          ? [
              error(
                ['claims'],
                `Without ${claim} the tokens of others would do, too.`,
                `Add ${claim}: ${where}.`,
              ),
            ]
          : [],
      ),
      ...(elsewhere === undefined
        ? []
        : [
            error(
              ['jwks'],
              `The keys of its issuer are elsewhere for ${elsewhere[0]}.`,
              'Write the same jwks for both, or for neither.',
            ),
          ]),
      ...twins.map(([twin]) =>
        error(
          ['claims'],
          `One token could be ${id} and ${twin}.`,
          'Pin a claim in which they differ, such as environment, or give each its own audience.',
        ),
      ),
    ];
  });
}

function providerMisfits(
  entry: WorkloadFile,
  error: (field: string[], problem: string, fix: string) => Finding,
): Finding[] {
  const { provider, run } = entry;
  const issuer = issuerOf(entry);
  const found: Finding[] = [];
  if (issuer === undefined)
    found.push(
      error(
        ['issuer'],
        `A ${provider} workload needs its issuer.`,
        provider === 'circleci'
          ? 'Add it: https://oidc.circleci.com/org/ and the UUID of your organisation.'
          : 'Add it: exactly what stands as iss in its tokens.',
      ),
    );
  else if (provider === 'circleci' && !CIRCLECI_ISSUER.test(issuer))
    found.push(
      error(
        ['issuer'],
        `${issuer} is no issuer of one organisation.`,
        'Write https://oidc.circleci.com/org/ and the UUID of your organisation.',
      ),
    );
  if (provider === 'oidc' && run === undefined)
    found.push(
      error(
        ['run'],
        'Nobody could tell one run of it from another.',
        'Add run: the claim that names one run, such as session_id.',
      ),
    );
  if (provider !== 'oidc' && run !== undefined)
    found.push(
      error(['run'], `What a run of ${provider} is, is known already.`, 'Remove this setting.'),
    );
  return found;
}

/** Nothing keeps a token from being both: no claim that both pin differs. */
const mayBeBoth = (one: WorkloadFile, other: WorkloadFile): boolean =>
  issuerOf(one) === issuerOf(other) &&
  one.audience === other.audience &&
  Object.entries(one.claims).every(
    ([claim, value]) => other.claims[claim] === undefined || other.claims[claim] === value,
  );

/** What a role's `workloads` says, and does not fit the role. */
export function workloadCapMisfits(file: CatalogFile, yaml: YamlFile, id: string): Finding[] {
  const role = file.roles[id];
  if (role?.workloads === undefined) return [];
  const error = (field: string[], problem: string, fix: string) =>
    inCatalog(yaml, 'error', ['roles', id, 'workloads', ...field], problem, fix);
  const { max } = role.workloads;
  const found: Finding[] = [];
  if (max > role.max)
    found.push(
      error(
        ['max'],
        `Pipelines and agents would get more (${durationText(max)}) than people (${durationText(role.max)}).`,
        'Lower workloads.max: they are given less.',
      ),
    );
  if (role.mechanism !== 'role-session')
    found.push(
      error(
        [],
        `A ${role.mechanism} is given to a person of the directory, which a pipeline or agent is not.`,
        'Remove workloads, or give them a role of sessions.',
      ),
    );
  if (Object.keys(file.workloads).length === 0)
    found.push(
      error(
        [],
        'There is no pipeline or agent to give it to.',
        'Add one under workloads, at the top of the file.',
      ),
    );
  return found;
}
