import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { readOrder, grantSession } from './assume-role';
import type { AccountStore } from './account-store';
import { AwsError } from './aws-error';
import { timeKeys } from './caller';
import { evaluate } from './evaluate';
import type { Done } from './operation';
import { requestContext } from './patterns';
import { parsePolicy } from './policy-document';

/** An OIDC provider as the account knows it, with its keys at hand. */
export interface WebIdentityProvider {
  /** `arn:aws:iam::…:oidc-provider/…` */
  arn: string;
  issuer: string;
  keys: JSONWebKeySet;
}

/** Who a token's provider says it is. */
export interface WebIdentity {
  provider: WebIdentityProvider;
  sub: string;
  aud: string;
}

/** `AssumeRoleWithWebIdentity` for a token that was verified. `now` in milliseconds. */
export function assumeRoleWithWebIdentity(
  store: AccountStore,
  params: URLSearchParams,
  { provider, ...claims }: WebIdentity,
  now: number,
): Done {
  const wanted = readOrder(params);
  const role = store.role(wanted.RoleArn);
  const host = provider.issuer.replace('https://', '');
  const verdict =
    role &&
    evaluate(
      {
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: role.arn,
        caller: { accountId: role.accountId, roleArn: provider.arn, federated: true },
        context: requestContext({
          ...timeKeys(now),
          [`${host}:sub`]: claims.sub,
          [`${host}:aud`]: claims.aud,
          'sts:RoleSessionName': wanted.RoleSessionName,
        }),
      },
      {
        identity: [],
        resource: { policy: parsePolicy(role.trust, 'trust'), accountId: role.accountId },
      },
    );
  if (!role || !verdict?.allowed)
    throw new AwsError(
      403,
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    );
  const done = grantSession(store, now, {
    role,
    wanted,
    tags: {},
    transitiveTagKeys: [],
    sourceIdentity: undefined,
  });
  return {
    ...done,
    result: {
      ...done.result,
      SubjectFromWebIdentityToken: claims.sub,
      Audience: claims.aud,
      Provider: provider.arn,
    },
  };
}

/** The token is the signature of this call; throws AWS's error when no known provider made it. */
export async function verifyWebIdentity(
  token: string,
  providers: readonly WebIdentityProvider[],
  now: number,
): Promise<WebIdentity> {
  for (const provider of providers) {
    const verified = await jwtVerify(token, createLocalJWKSet(provider.keys), {
      issuer: provider.issuer,
      currentDate: new Date(now),
      requiredClaims: ['sub', 'aud', 'exp'],
    }).catch(() => undefined);
    const { sub, aud } = verified?.payload ?? {};
    if (sub !== undefined && typeof aud === 'string') return { provider, sub, aud };
  }
  throw new AwsError(
    400,
    'InvalidIdentityToken',
    'The web identity token that was passed could not be validated.',
  );
}
