import type { Role, Session } from './account-rows';
import type { AccountStore } from './account-store';
import { AwsError } from './aws-error';
import { evaluate, type Layer, type Question, type Verdict } from './evaluate';
import { requestContext } from './patterns';
import { parsePolicy } from './policy-document';

/** Who makes a call: a session, its role, and from where. */
export interface Caller {
  session: Session;
  role: Role;
  /** `arn:aws:sts::…:assumed-role/<role>/<session>` */
  arn: string;
  /** `AROA…:<session>` */
  userId: string;
  region: string;
  sourceIp: string;
  /** Milliseconds. */
  now: number;
}

export const sessionArn = (role: Pick<Role, 'accountId' | 'name'>, sessionName: string): string =>
  `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`;

/** One thing that must be allowed. */
interface Wanted {
  action: string;
  /** An ARN, or `*` where the action knows no resources. */
  resource: string;
  /** Context keys of this request, beside those of the caller. */
  keys?: Record<string, string | readonly string[] | undefined>;
  /** The role to be assumed, whose trust policy has a say. */
  assuming?: Role;
}

/** Throws AWS's AccessDenied, with its sentence, unless every policy that has a say allows it. */
export function authorize(store: AccountStore, caller: Caller, wanted: Wanted): void {
  const { session, role, now } = caller;
  const verdict = evaluate(questionOf(store, caller, wanted), {
    identity: [
      ...role.managed.map(({ document }) => document),
      ...store.inlinePolicies(role.arn, now).values(),
    ].map((document) => parsePolicy(document, 'identity')),
    boundary: role.boundary && parsePolicy(role.boundary.document, 'identity'),
    session: session.policy === undefined ? undefined : parsePolicy(session.policy, 'identity'),
    resource: wanted.assuming && {
      policy: parsePolicy(wanted.assuming.trust, 'trust'),
      accountId: wanted.assuming.accountId,
    },
  });
  if (!verdict.allowed) throw new AwsError(403, 'AccessDenied', denialOf(caller, wanted, verdict));
}

function questionOf(
  store: AccountStore,
  caller: Caller,
  { action, resource, keys }: Wanted,
): Question {
  const { session, role, now } = caller;
  const principalTags = { ...role.tags, ...session.tags };
  return {
    action,
    resource,
    caller: { accountId: role.accountId, roleArn: role.arn, sessionArn: caller.arn },
    context: requestContext({
      ...timeKeys(now),
      'aws:TokenIssueTime': new Date(session.issuedAt).toISOString(),
      'aws:PrincipalArn': role.arn,
      'aws:PrincipalAccount': role.accountId,
      'aws:PrincipalType': 'AssumedRole',
      'aws:userid': caller.userId,
      'identitystore:UserId': store.center.portalUser(session.accessKeyId),
      'aws:SourceIdentity': session.sourceIdentity,
      'aws:SourceIp': caller.sourceIp,
      'aws:RequestedRegion': caller.region,
      'aws:SecureTransport': 'false',
      'aws:ViaAWSService': 'false',
      ...Object.fromEntries(
        Object.entries(principalTags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]),
      ),
      ...keys,
    }),
  };
}

export const timeKeys = (now: number) => ({
  'aws:CurrentTime': new Date(now).toISOString(),
  'aws:EpochTime': String(Math.floor(now / 1000)),
});

const LAYER_NAMES: Record<Layer, string> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  resource: 'resource-based policy',
};

function denialOf(
  caller: Caller,
  { action, resource }: Wanted,
  { how, by }: Extract<Verdict, { allowed: false }>,
): string {
  const layer = LAYER_NAMES[by];
  const article = by === 'identity' ? 'an' : 'a';
  const where = resource === '*' ? '' : ` on resource: ${resource}`;
  const why =
    how === 'explicit'
      ? `with an explicit deny in ${article} ${layer}`
      : `because no ${layer} allows the ${action} action`;
  return `User: ${caller.arn} is not authorized to perform: ${action}${where} ${why}`;
}
