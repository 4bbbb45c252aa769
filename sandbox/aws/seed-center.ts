import { createHash } from 'node:crypto';
import type { CatalogRole, IdentityCenter } from '../../access/catalog';
import type { SandboxPerson } from '../people';
import type { CenterSeed, CenterUser } from './center-rows';
import { accessOf } from './target-access';

const ISSUER = 'https://curfew.example/scim';
const SESSION_DURATION = 'PT4H';

/** Identity Center as the catalog expects it, with the company's people as SCIM would have brought them there. */
export function centerSeed(
  center: IdentityCenter,
  roles: readonly CatalogRole[],
  people: readonly SandboxPerson[],
): CenterSeed {
  const sets = roles.filter(({ mechanism }) => mechanism === 'permission-set');
  return {
    instanceArn: center.instanceArn,
    storeId: center.storeId,
    region: center.region,
    roleArn: center.roleArn,
    permissionSets: [...new Map(sets.map((role) => [role.targetArn, role])).values()].map(
      (role) => ({
        arn: role.targetArn,
        // What AWS takes as a name.
        name: role.id.slice(0, 32),
        sessionDuration: SESSION_DURATION,
        access: accessOf(role),
      }),
    ),
    users: people.map(centerUser),
    groups: [...new Set(people.flatMap(({ groups }) => groups))].map((name) => ({
      groupId: idOf(`group:${name}`),
      name,
      members: people
        .filter(({ groups }) => groups.includes(name))
        .map(({ directoryId }) => idOf(directoryId)),
    })),
  };
}

const centerUser = ({ directoryId, email, name, active }: SandboxPerson): CenterUser => ({
  userId: idOf(directoryId),
  userName: email,
  displayName: name,
  emails: [email],
  externalIds: [{ Issuer: ISSUER, Id: directoryId }],
  disabled: !active,
});

/** In AWS's form, and the same at each start. */
const idOf = (directoryId: string): string => {
  const hex = createHash('sha256').update(directoryId).digest('hex');
  const part = (from: number, length: number) => hex.slice(from, from + length);
  return `9067642ac5-${part(0, 8)}-${part(8, 4)}-${part(12, 4)}-${part(16, 4)}-${part(20, 12)}`;
};
