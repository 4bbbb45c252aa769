import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { Refused } from '../access/refused';
import type { Workload, WorkloadProvider } from '../access/workload';

/** Tokens whose signature is good, and that are no good all the same. */
const UNTRUSTED: Record<WorkloadProvider, (payload: JWTPayload) => void> = {
  github(payload) {
    const event = claimText(payload, 'event_name');
    if (event === undefined)
      throw new Refused('The token does not say what started its workflow (event_name).');
    // What strangers propose runs there, too.
    if (event.startsWith('pull_request'))
      throw new Refused(
        `A workflow that ${event} started gets no access.`,
        'Run it on push, on a schedule, or by workflow_dispatch.',
      );
  },
  gitlab(payload) {
    const source = claimText(payload, 'pipeline_source') ?? '';
    if (/merge_request|pull_request/.test(source))
      throw new Refused(
        `A pipeline that ${source} started gets no access.`,
        'Run it on push, on a schedule, or by hand.',
      );
  },
  buildkite: () => undefined,
  circleci(payload) {
    // Whoever reruns a job with SSH sits in it.
    if (claimText(payload, 'oidc.circleci.com/ssh-rerun') !== 'false')
      throw new Refused(
        'A job that was rerun with SSH, or does not say whether it was, gets no access.',
        'Rerun it without SSH.',
      );
  },
  oidc: () => undefined,
};

/** The one workload that this token is of. Throws {@link Refused} naming what does not fit. */
export function workloadOf(payload: JWTPayload, candidates: readonly Workload[]): Workload {
  const [workload, ...more] = candidates.filter((one) => misfit(payload, one) === undefined);
  if (workload === undefined)
    throw new Refused(
      `The token is of nothing in curfew.yaml: ${candidates.map((one) => `${one.id}: ${misfit(payload, one)}`).join('; ')}.`,
      'Correct the claims there, or run it where they hold.',
    );
  if (more.length > 0)
    throw new Refused(
      `The token could be ${[workload, ...more].map(({ id }) => id).join(' or ')}.`,
      'Pin a claim in curfew.yaml in which they differ.',
    );
  UNTRUSTED[workload.provider](payload);
  return workload;
}

/** Whose tokens always have an id, as their documentation says: one without it is not what it seems. */
const ALWAYS_WITH_ID: Record<WorkloadProvider, boolean> = {
  github: true,
  gitlab: true,
  buildkite: false,
  circleci: false,
  oidc: false,
};

/**
 * Tells this token from every other of its issuer, so that it is used once. Without an id of its own it is what was
 * signed, header and claims: nobody can write that otherwise. Not the signature: of one ES256 signature anybody can make
 * a second that is as good, and base64url has several spellings.
 */
export function tokenIdOf(token: string, { jti }: JWTPayload, { provider }: Workload): string {
  if (typeof jti === 'string' && jti !== '') return jti;
  if (jti !== undefined || ALWAYS_WITH_ID[provider])
    throw new Refused(
      'The token must have an id of its own (jti).',
      'Ask for a fresh one, and send it as it was issued.',
    );
  const signed = token.slice(0, token.lastIndexOf('.'));
  return `signed:${createHash('sha256').update(signed).digest('base64url')}`;
}

/** The same for every token of one run. */
export function runOf(payload: JWTPayload, { provider, run }: Workload): string {
  const values = run.map((name) => {
    const value = claimText(payload, name);
    if (value === undefined || value === '')
      throw new Refused(`The token does not say which run it is of (${name}).`);
    return encodeURIComponent(value);
  });
  return [provider, ...values].join('/');
}

/** What of a token is told to people and kept on record. */
export function claimsOf(payload: JWTPayload, { claims, run }: Workload): Record<string, string> {
  const names = new Set(['sub', ...Object.keys(claims), ...run]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = claimText(payload, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function misfit(payload: JWTPayload, { claims }: Workload): string | undefined {
  for (const [name, wanted] of Object.entries(claims)) {
    const value = claimText(payload, name);
    if (value === undefined) return `it has no ${name}`;
    if (value !== wanted) return `${name} is ${value.slice(0, 80)}, not ${wanted}`;
  }
  return undefined;
}

/** Numbers and truth come as themselves from one issuer, in quotes from another. A list is neither. */
function claimText(payload: JWTPayload, name: string): string | undefined {
  const value: unknown = Object.hasOwn(payload, name) ? payload[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
