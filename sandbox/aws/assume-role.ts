import { z } from 'zod';
import type { Role } from './account-rows';
import { AwsError, invalidParameter } from './aws-error';
import type { AccountStore } from './account-store';
import { authorize, sessionArn } from './caller';
import {
  awsTime,
  checkDocument,
  memberList,
  memberPairs,
  type Done,
  type Request,
} from './operation';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const SESSION_POLICY_MAX = 2_048;
const CHAINED_MAX_SECONDS = 3_600;

const sessionName = z
  .string()
  .min(2, 'Member must have length greater than or equal to 2')
  .max(64, 'Member must have length less than or equal to 64')
  .regex(/^[\w+=,.@-]*$/, 'Member must satisfy regular expression pattern: [\\w+=,.@-]*');

const order = z.object({
  RoleArn: z.string().min(20, 'Member must have length greater than or equal to 20').max(2_048),
  RoleSessionName: sessionName,
  DurationSeconds: z.coerce
    .number()
    .int()
    .min(900, 'Member must have value greater than or equal to 900')
    .max(43_200, 'Member must have value less than or equal to 43200')
    .default(3_600),
  Policy: z
    .string()
    .min(1)
    .max(SESSION_POLICY_MAX, `Member must have length less than or equal to ${SESSION_POLICY_MAX}`)
    .optional(),
  ExternalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, 'Member must be 2 to 1224 of [\\w+=,.@:\\/-]')
    .optional(),
  SourceIdentity: sessionName.optional(),
  Tags: z
    .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
    .max(50, 'Member must have length less than or equal to 50'),
  TransitiveTagKeys: z.array(z.string().min(1).max(128)).max(50),
});
export type AssumeOrder = z.output<typeof order>;

/** A session of another role, when both sides' policies allow it. */
export function assumeRole({ store, params, caller }: Request): Done {
  const wanted = readOrder(params);
  const { session } = caller;
  const role = store.role(wanted.RoleArn);
  if (!role)
    throw new AwsError(
      403,
      'AccessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${wanted.RoleArn}`,
    );

  const inherited = session.transitiveTagKeys.flatMap((key) => {
    const value = session.tags[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  const tags = tagsOf(wanted, new Map(inherited));
  const sourceIdentity = wanted.SourceIdentity ?? session.sourceIdentity;
  for (const [action, keys] of permissionsFor(wanted, tags, sourceIdentity))
    authorize(store, caller, { action, resource: role.arn, keys, assuming: role });
  if (session.sourceIdentity !== undefined && session.sourceIdentity !== sourceIdentity)
    throw new AwsError(403, 'AccessDenied', 'The source identity of a session cannot be changed.');
  // Whoever can ask holds a role's session here, so every session is a chained one.
  if (wanted.DurationSeconds > CHAINED_MAX_SECONDS)
    throw new AwsError(
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  return grantSession(store, caller.now, {
    role,
    wanted,
    tags,
    transitiveTagKeys: [...inherited.map(([key]) => key), ...wanted.TransitiveTagKeys],
    sourceIdentity,
  });
}

/** Opens the session and says so in AssumeRole's form. `now` in milliseconds. */
export function grantSession(
  store: AccountStore,
  now: number,
  grant: {
    role: Role;
    wanted: AssumeOrder;
    tags: Readonly<Record<string, string>>;
    transitiveTagKeys: readonly string[];
    sourceIdentity: string | undefined;
  },
): Required<Done> {
  const { role, wanted, tags, transitiveTagKeys, sourceIdentity } = grant;
  const { RoleSessionName, DurationSeconds, Policy } = wanted;
  if (DurationSeconds > role.maxSessionSeconds)
    throw new AwsError(
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  const issuedAt = Math.floor(now / 1000) * 1000;
  const session = store.openSession({
    roleArn: role.arn,
    sessionName: RoleSessionName,
    sourceIdentity,
    tags,
    transitiveTagKeys,
    policy: Policy,
    issuedAt,
    expiresAt: issuedAt + DurationSeconds * 1000,
  });
  return {
    resource: role.arn,
    issued: {
      accessKeyId: session.accessKeyId,
      sessionName: RoleSessionName,
      sourceIdentity,
    },
    result: {
      AssumedRoleUser: {
        AssumedRoleId: `${role.roleId}:${RoleSessionName}`,
        Arn: sessionArn(role, RoleSessionName),
      },
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: awsTime(session.expiresAt),
      },
      PackedPolicySize: Policy && packedPercent(Policy),
      SourceIdentity: sourceIdentity,
    },
  };
}

/** AWS packs in a form of its own; the share of the plain-text limit is near enough to look at. */
const packedPercent = (policy: string): number =>
  Math.ceil((100 * policy.length) / SESSION_POLICY_MAX);

/** Throws AWS's error for the first parameter that breaks a rule. */
export function readOrder(params: URLSearchParams): AssumeOrder {
  const parsed = order.safeParse({
    ...Object.fromEntries(params),
    Tags: memberPairs(params, 'Tags'),
    TransitiveTagKeys: memberList(params, 'TransitiveTagKeys'),
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') ?? '';
    throw invalidParameter(field.charAt(0).toLowerCase() + field.slice(1), issue?.message ?? '');
  }
  const { Policy, Tags, TransitiveTagKeys } = parsed.data;
  if (Policy !== undefined) checkDocument(Policy, 'identity');
  const keys = Tags.map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw new AwsError(
      400,
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  if (TransitiveTagKeys.some((key) => !keys.includes(key.toLowerCase())))
    throw new AwsError(
      400,
      'InvalidParameterValue',
      'The specified transitive tag key must be included in the requested tags.',
    );
  return parsed.data;
}

function tagsOf({ Tags }: AssumeOrder, inherited: ReadonlyMap<string, string>) {
  const given = Tags.map(({ Key, Value }) => [Key, Value] as const);
  const overridden = given.find(([key]) =>
    [...inherited.keys()].some((kept) => kept.toLowerCase() === key.toLowerCase()),
  );
  if (overridden)
    throw new AwsError(
      400,
      'InvalidParameterValue',
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${overridden[0]}`,
    );
  return Object.fromEntries([...inherited, ...given]);
}

/**
 * The permissions that one AssumeRole needs, each with the context keys that AWS documents for it
 * (Service Authorization Reference of STS): sts:ExternalId is none of TagSession's, for one.
 */
function permissionsFor(
  { RoleSessionName, ExternalId, TransitiveTagKeys }: AssumeOrder,
  tags: Readonly<Record<string, string>>,
  sourceIdentity: string | undefined,
) {
  const tagged = Object.keys(tags).length > 0;
  const tagKeys = tagged && {
    'aws:TagKeys': Object.keys(tags),
    ...(TransitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': TransitiveTagKeys }),
    ...Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
    ),
  };
  const identityKeys = { 'sts:SourceIdentity': sourceIdentity };
  return [
    [
      'sts:AssumeRole',
      {
        'sts:ExternalId': ExternalId,
        'sts:RoleSessionName': RoleSessionName,
        ...identityKeys,
        ...tagKeys,
      },
    ] as const,
    ...(tagKeys ? [['sts:TagSession', tagKeys] as const] : []),
    ...(sourceIdentity === undefined ? [] : [['sts:SetSourceIdentity', identityKeys] as const]),
  ];
}
