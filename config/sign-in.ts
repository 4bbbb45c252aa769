import type { Catalog } from '../access/catalog';
import { BadSettings, type Variables } from './environment';

/** Where people sign in when Curfew must know who sits at the browser. */
export interface SignInPart {
  kind: 'real' | 'stand-in';
  issuer: string;
  clientId: string;
  clientSecret?: string;
  /** Where people reach the bot, without a path. */
  publicUrl: string;
}

export function signInOf(given: Variables): SignInPart | undefined {
  const issuer = given.CURFEW_OIDC_ISSUER;
  const secret = given.CURFEW_OIDC_CLIENT_SECRET;
  if (issuer !== undefined)
    return {
      kind: 'real',
      issuer,
      clientId: given.CURFEW_OIDC_CLIENT_ID ?? '',
      ...(secret !== undefined && { clientSecret: secret }),
      publicUrl: given.CURFEW_PUBLIC_URL ?? '',
    };
  const keys = given.CURFEW_SANDBOX_KEYS;
  const sandbox = given.CURFEW_SANDBOX_URL;
  // The stand-in knows the people of the directory's stand-in and nobody else.
  const others =
    given.OKTA_CLIENT_ORGURL !== undefined || given.CURFEW_DIRECTORY === 'identity-center';
  if (keys === undefined || sandbox === undefined || others) return undefined;
  return {
    kind: 'stand-in',
    issuer: `${sandbox}/sandbox/sign-in`,
    clientId: keys.directoryClientId,
    publicUrl: sandbox,
  };
}

export function signInProblems(given: Variables, { isBot }: { isBot: boolean }): string[] {
  const issuer = given.CURFEW_OIDC_ISSUER;
  const about = [
    'CURFEW_OIDC_CLIENT_ID',
    'CURFEW_OIDC_CLIENT_SECRET',
    'CURFEW_PUBLIC_URL',
  ] as const;
  if (issuer === undefined)
    return about.flatMap((name) =>
      given[name] === undefined
        ? []
        : [
            `CURFEW_OIDC_ISSUER is not set, so ${name} changes nothing: set the issuer of the directory's sign-in, such as https://acme.okta.com, or unset ${name}.`,
          ],
    );
  const problems: string[] = [];
  if (isBot && given.CURFEW_OIDC_CLIENT_ID === undefined)
    problems.push(
      'CURFEW_OIDC_CLIENT_ID is not set: the application at CURFEW_OIDC_ISSUER that people sign in to.',
    );
  if (isBot && given.CURFEW_PUBLIC_URL === undefined)
    problems.push(
      "CURFEW_PUBLIC_URL is not set: where people's browsers reach the bot, such as https://curfew.example.com.",
    );
  if (given.CURFEW_DIRECTORY === 'identity-center')
    problems.push(
      'CURFEW_OIDC_ISSUER is set, and CURFEW_DIRECTORY is identity-center: whoever signs in is looked up by the bot, which has nothing of AWS. Unset CURFEW_OIDC_ISSUER, or use Okta.',
    );
  else if (given.OKTA_CLIENT_ORGURL === undefined)
    problems.push(
      'CURFEW_OIDC_ISSUER is set, but the directory is a stand-in and knows nobody who signs in there: set OKTA_CLIENT_ORGURL too.',
    );
  const hasAws =
    given.AWS_WEB_IDENTITY_TOKEN_FILE !== undefined ||
    given.AWS_CONTAINER_CREDENTIALS_FULL_URI !== undefined;
  if (hasAws && !issuer.startsWith('https:'))
    problems.push('CURFEW_OIDC_ISSUER: real AWS requires a real issuer, one at https://.');
  if (hasAws && given.CURFEW_PUBLIC_URL?.startsWith('http:'))
    problems.push('CURFEW_PUBLIC_URL: real AWS requires one at https://.');
  return problems;
}

/** Throws {@link BadSettings} when the configuration sends people to sign in and nothing says where. */
export function requireSignIn(catalog: Catalog, signIn: SignInPart | undefined): void {
  if (signIn !== undefined) return;
  const set = 'Set CURFEW_OIDC_ISSUER, CURFEW_OIDC_CLIENT_ID and CURFEW_PUBLIC_URL';
  if (catalog.linking.by === 'sign-in')
    throw new BadSettings([`curfew.yaml says link: sign-in. ${set}, or write link: email.`]);
  const role = catalog.roles().find(({ stepUp }) => stepUp !== undefined);
  if (role !== undefined)
    throw new BadSettings([
      `curfew.yaml says stepUp for ${role.id}. ${set}, or remove stepUp: nobody could sign in for it.`,
    ]);
}
