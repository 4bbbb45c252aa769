import type { Group, User } from './store';

const SINCE = '2024-01-15T09:00:00.000Z';

/** A user as Okta shows it; `self` is its address. */
export function userAnswer(user: User, self: string): object {
  const [firstName, ...rest] = user.name.split(' ');
  return {
    id: user.id,
    status: user.status,
    created: SINCE,
    activated: SINCE,
    statusChanged: SINCE,
    lastLogin: null,
    lastUpdated: SINCE,
    passwordChanged: null,
    type: { id: 'oty00000000000000001' },
    profile: {
      firstName,
      lastName: rest.join(' '),
      mobilePhone: null,
      secondEmail: null,
      login: user.login,
      email: user.email,
      managerId: user.managerId ?? null,
    },
    credentials: { provider: { type: 'OKTA', name: 'OKTA' } },
    _links: { self: { href: self } },
  };
}

export const groupAnswer = (group: Group, self: string): object => ({
  id: group.id,
  created: SINCE,
  lastUpdated: SINCE,
  lastMembershipUpdated: SINCE,
  objectClass: [
    group.type === 'OKTA_GROUP' ? 'okta:user_group' : 'okta:windows_security_principal',
  ],
  type: group.type,
  profile: { name: group.name, description: null },
  _links: { self: { href: self }, users: { href: `${self}/users` } },
});

export const userAttribute = (user: User) => (attribute: string) =>
  ({
    id: user.id,
    status: user.status,
    'profile.login': user.login,
    'profile.email': user.email,
    'profile.firstName': user.name.split(' ')[0],
    'profile.lastName': user.name.split(' ').slice(1).join(' '),
  })[attribute];

export const groupAttribute = (group: Group) => (attribute: string) =>
  ({ id: group.id, type: group.type, 'profile.name': group.name })[attribute];
