import { z } from 'zod';

/** A policy with a name of its own, attached to roles. */
export interface ManagedPolicy {
  arn: string;
  document: string;
}

export interface Role {
  arn: string;
  accountId: string;
  name: string;
  path: string;
  /** `AROA…` */
  roleId: string;
  trust: string;
  managed: readonly ManagedPolicy[];
  boundary: ManagedPolicy | undefined;
  maxSessionSeconds: number;
  tags: Readonly<Record<string, string>>;
  createdAt: string;
}

/** Temporary credentials of a role. All instants in milliseconds. */
export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  roleArn: string;
  sessionName: string;
  sourceIdentity: string | undefined;
  /** Session tags that came with this session, on top of the role's. */
  tags: Readonly<Record<string, string>>;
  transitiveTagKeys: readonly string[];
  policy: string | undefined;
  issuedAt: number;
  expiresAt: number;
}

/** One call, as CloudTrail would have it. */
export interface Call {
  seq: number;
  at: string;
  eventSource: string;
  eventName: string;
  region: string;
  accessKeyId: string | undefined;
  /** The caller's ARN. */
  principal: string | undefined;
  sourceIdentity: string | undefined;
  /** What it was about: a role's ARN. */
  resource: string | undefined;
  /** The session that an AssumeRole gave out, for holding the ledger against. */
  issued:
    | { accessKeyId: string; sessionName: string; sourceIdentity?: string | undefined }
    | undefined;
  /** `ok`, or AWS's error code. */
  result: string;
  requestId: string;
}

/** A column that holds JSON. */
const json = <T extends z.ZodType>(shape: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(shape);
export const optional = z
  .string()
  .nullable()
  .transform((text) => text ?? undefined);
const managedPolicy = z.object({ arn: z.string(), document: z.string() });
const tags = z.record(z.string(), z.string());

export const roleRow = z.object({
  arn: z.string(),
  accountId: z.string(),
  name: z.string(),
  path: z.string(),
  roleId: z.string(),
  trust: z.string(),
  managed: json(z.array(managedPolicy)),
  boundary: json(managedPolicy.nullable()).transform((value) => value ?? undefined),
  maxSessionSeconds: z.number(),
  tags: json(tags),
  createdAt: z.string(),
});

export const sessionRow = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  roleArn: z.string(),
  sessionName: z.string(),
  sourceIdentity: optional,
  tags: json(tags),
  transitiveTagKeys: json(z.array(z.string())),
  policy: optional,
  issuedAt: z.number(),
  expiresAt: z.number(),
});

export const callRow = z.object({
  seq: z.number(),
  at: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  region: z.string(),
  accessKeyId: optional,
  principal: optional,
  sourceIdentity: optional,
  resource: optional,
  issued: json(
    z
      .object({
        accessKeyId: z.string(),
        sessionName: z.string(),
        sourceIdentity: z.string().optional(),
      })
      .nullable(),
  ).transform((value) => value ?? undefined),
  result: z.string(),
  requestId: z.string(),
});
