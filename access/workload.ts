import { z } from 'zod';
import type { ChatUser } from './chat-user';
import { receiver } from './grant';

/** What asks without being a person: a pipeline of a CI system, or an agent. */
export const workloadKind = z.enum(['pipeline', 'agent']);
export type WorkloadKind = z.infer<typeof workloadKind>;

/** A workload as a question brings it along. `accountable`: the id or address of the person who answers for it. */
export const workloadFacts = z.strictObject({
  id: z.string().min(1),
  kind: workloadKind,
  accountable: z.string().min(1),
});
export type WorkloadFacts = z.infer<typeof workloadFacts>;

/** Whose tokens they are, which decides what must be in them. `oidc`: any other issuer. */
export const workloadProvider = z.enum(['github', 'gitlab', 'buildkite', 'circleci', 'oidc']);
export type WorkloadProvider = z.infer<typeof workloadProvider>;

/** A workload of the catalog: whom it must prove to be, and who answers for it. */
export interface Workload {
  /** Its name in the catalog, and in the policies. */
  id: string;
  kind: WorkloadKind;
  /** The id or address of the one person who answers for it. */
  accountable: string;
  provider: WorkloadProvider;
  /** Exactly as its tokens say it. */
  issuer: string;
  /** Where the issuer's keys are. */
  jwks: string;
  audience: string;
  /** Claims that a token must have with exactly these values, in text. */
  claims: Readonly<Record<string, string>>;
  /** The claims that together name one run of it. */
  run: readonly string[];
}

/** Which workload a token proved to be, and in which of its runs. */
export interface WorkloadIdentity {
  workload: Workload;
  /** The same for every token of one run, and for no other run. */
  run: string;
  /** As the issuer says it: `sub` and what is pinned or names the run. For people and the record. */
  claims: Record<string, string>;
  issuer: string;
  /** With the issuer, of this token alone: its `jti`, or the hash of what was signed. */
  tokenId: string;
}

/** Finds out what brought a token. */
export interface WorkloadTokens {
  /** Throws {@link Refused} for a token that is none, or nobody's here. Another error: its issuer cannot be asked now. */
  identify(token: string): Promise<WorkloadIdentity>;
}

/** A workload as a request carries it: what its token proved, and the keys that its sessions are sealed to. */
export const askingWorkload = z.strictObject({
  id: z.string().min(1).max(100),
  kind: workloadKind,
  run: z.string().min(1).max(1000),
  issuer: z.string(),
  claims: z.record(z.string(), z.string()),
  receiver,
});
export type AskingWorkload = z.infer<typeof askingWorkload>;

/** No chat has a workspace of this name: who stands there never says anything in the chat. */
const WORKLOADS = 'workload';
export const workloadUser = (id: string): ChatUser => ({ workspace: WORKLOADS, user: id });
export const isWorkloadUser = ({ workspace }: ChatUser): boolean => workspace === WORKLOADS;

/** Where a directory id stands for a person; in a form that AWS takes for a source identity, too. */
export const workloadHolder = (id: string): string => `workload.${id}`;

/** Uses a token up for one call. The same call again is the same; throws {@link Refused} for any other. */
export type UseToken = (identity: WorkloadIdentity, call: string) => void;
