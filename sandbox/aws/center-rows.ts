import { z } from 'zod';
import type { PolicyJson } from './policy-document';

/** What is in IAM Identity Center before anybody asks for anything. */
export interface CenterSeed {
  instanceArn: string;
  storeId: string;
  region: string;
  /** That assigns; its account administers the instance. */
  roleArn: string;
  permissionSets: readonly PermissionSetSeed[];
  users: readonly CenterUser[];
  groups?: readonly CenterGroup[];
}

export interface PermissionSetSeed {
  arn: string;
  name: string;
  /** ISO 8601, `PT1H` to `PT12H`. */
  sessionDuration: string;
  access: PolicyJson;
  /** What somebody wrote into its inline policy before. */
  inline?: PolicyJson;
}

export interface CenterUser {
  userId: string;
  userName: string;
  displayName: string;
  emails: readonly string[];
  externalIds: readonly { Issuer: string; Id: string }[];
  disabled?: boolean;
}

export interface CenterGroup {
  groupId: string;
  name?: string;
  members: readonly string[];
}

const json = <T extends z.ZodType>(shape: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(shape);

export const permissionSetRow = z.object({
  arn: z.string(),
  name: z.string(),
  sessionDuration: z.string(),
  access: z.string(),
  inline: z.string(),
  version: z.number(),
  createdAt: z.number(),
});
export type PermissionSet = z.infer<typeof permissionSetRow>;

export const userRow = z.object({
  userId: z.string(),
  userName: z.string(),
  displayName: z.string(),
  emails: json(z.array(z.string())),
  externalIds: json(z.array(z.object({ Issuer: z.string(), Id: z.string() }))),
  disabled: z.int().transform(Boolean),
});

export const groupRow = z.object({
  groupId: z.string(),
  name: z.string().nullable(),
  members: json(z.array(z.string())),
});

export type Group = z.infer<typeof groupRow>;

export const assignmentRow = z.object({
  accountId: z.string(),
  setArn: z.string(),
  principalType: z.enum(['USER', 'GROUP']),
  principalId: z.string(),
});
export type Assignment = z.infer<typeof assignmentRow>;

export const provisionedRow = z.object({
  accountId: z.string(),
  setArn: z.string(),
  roleArn: z.string(),
  version: z.number(),
});

export const operationRow = z.object({
  requestId: z.string(),
  kind: z.enum(['create', 'delete', 'provision']),
  accountId: z.string(),
  setArn: z.string(),
  principalType: z.enum(['USER', 'GROUP']).nullable(),
  principalId: z.string().nullable(),
  createdAt: z.number(),
  readyAt: z.number(),
  status: z.enum(['IN_PROGRESS', 'SUCCEEDED', 'FAILED']),
  /** What it will fail with, or did. */
  failure: z.string().nullable(),
});
export type CenterOperation = z.infer<typeof operationRow>;
