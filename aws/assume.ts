import {
  AssumeRoleCommand,
  type AssumeRoleCommandOutput,
  type STSClient,
} from '@aws-sdk/client-sts';
import { z } from 'zod';
import { plainSecond, SESSION_SECONDS } from '../access/fence';
import type { Target } from '../access/session';
import { sessionPolicy, type Scope } from './fence';
import { AwsFault } from './errors';

const answer = z.object({
  Credentials: z.object({
    AccessKeyId: z.string().min(1),
    SecretAccessKey: z.string().min(1),
    SessionToken: z.string().min(1),
    Expiration: z.date(),
  }),
});

/** A session as STS gave it: `expiration` is STS's own, which the fence comes before. */
export interface StsSession {
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  expiration: Date;
}

/** When AWS issued it, by its own clock: STS says when a session ends, and how long that is was our order. */
export const issuedAt = ({ expiration }: StsSession): string =>
  plainSecond(expiration.getTime() - SESSION_SECONDS * 1_000);

/** Parses an answer of AssumeRole. The fault names fields, never their values. */
export function readSession(output: AssumeRoleCommandOutput): StsSession {
  const parsed = answer.safeParse(output);
  if (!parsed.success)
    throw new AwsFault(
      `STS answered AssumeRole without ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}.`,
    );
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = parsed.data.Credentials;
  return {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
    expiration: Expiration,
  };
}

/**
 * One session of a target role, named and tagged `name`, that ends at `fence`. Throws what the SDK
 * throws: its two callers read a denial differently.
 */
export async function assumeTarget(
  sts: STSClient,
  order: {
    target: Target;
    name: string;
    sourceIdentity: string;
    externalId: string;
    fence: string;
    scope?: Scope;
  },
): Promise<StsSession> {
  const { target, name, sourceIdentity, externalId, fence, scope } = order;
  return readSession(
    await sts.send(
      new AssumeRoleCommand({
        RoleArn: target.arn,
        RoleSessionName: name,
        SourceIdentity: sourceIdentity,
        Tags: [{ Key: 'jit-grant', Value: name }],
        ExternalId: externalId,
        DurationSeconds: SESSION_SECONDS,
        Policy: sessionPolicy(scope === undefined ? { fence } : { fence, scope }),
      }),
    ),
  );
}
