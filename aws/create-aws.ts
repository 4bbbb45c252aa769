import type { Assignments } from '../access/assignments';
import type { IdentityCenter } from '../access/catalog';
import type { Directory } from '../access/person';
import type { Probe, RevocationLists, RoleSessions } from '../access/session';
import { centerUsers } from './center-users';
import { identityStore } from './identity-store';
import { createClients } from './clients';
import { botCredentials, type CredentialSource } from './credentials';
import { checkIdentity } from './identity';
import { permissionSets } from './permission-set';
import { stsProbe } from './probe';
import { revocationLists } from './revocations';
import { roleSessions } from './role-session';

/** AWS as Curfew uses it. The options are read once; nothing is taken from the environment. */
export interface Aws {
  roleSessions: RoleSessions;
  revocationLists: RevocationLists;
  probe: Probe;
  /** Permission sets, where there is an Identity Center. The directory says who a user without an external id is. */
  permissionSets(
    center: IdentityCenter,
    directory: Pick<Directory, 'byEmail'> | 'itself',
  ): Assignments;
  /** Who is in the company, where the identity store is its directory. */
  identityStore(center: IdentityCenter): ReturnType<typeof identityStore>;
  /** Who we are in AWS. */
  identity: {
    /** Call at start. Throws when the credentials are long-lived or another role's. */
    check(): Promise<{ arn: string }>;
  };
  close(): void;
}

export interface AwsOptions {
  /** Where our own credentials come from. */
  credentials: CredentialSource;
  /** The role that those must be. */
  botRoleArn: string;
  /** Where we are ourselves; targets name their own region. */
  region: string;
  /** Random per installation; every role we assume asks for it. */
  externalId: string;
  /** Of a stand-in; AWS's own regional endpoints when absent. */
  endpoint?: string;
  /** Of IAM's control plane, when it is another than `endpoint`. */
  iamEndpoint?: string;
  /** Our clock, in milliseconds. */
  now?: () => number;
}

export function createAws(options: AwsOptions): Aws {
  const { credentials, botRoleArn, region, externalId, endpoint, iamEndpoint, now } = options;
  const clients = createClients({
    credentials: botCredentials(credentials, endpoint),
    externalId,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(iamEndpoint === undefined ? {} : { iamEndpoint }),
  });
  return {
    roleSessions: roleSessions(clients, externalId, now),
    revocationLists: revocationLists(clients),
    probe: stsProbe(clients, externalId, now),
    permissionSets(center, directory) {
      const { ssoAdmin, identityStore } = clients.center(center);
      return permissionSets(ssoAdmin, center, centerUsers(identityStore, center, directory));
    },
    identityStore: (center) => identityStore(clients.center(center).identityStore, center.storeId),
    identity: { check: () => checkIdentity(clients, { roleArn: botRoleArn, region }) },
    close: () => clients.close(),
  };
}
