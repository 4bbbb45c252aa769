import { randomUUID } from 'node:crypto';
import type { User } from './store';

/** Where the stand-in says that somebody changed, as Okta's event hooks do. */
export interface EventHook {
  url: string;
  /** Sent as `Authorization`. */
  secret: string;
}

/** What happened between two states of a person, as far as hooks are told. */
export const eventTypes = (before: User, after: User): string[] => [
  ...(before.status === 'ACTIVE' && after.status !== 'ACTIVE' ? ['user.lifecycle.deactivate'] : []),
  ...(before.status !== 'ACTIVE' && after.status === 'ACTIVE' ? ['user.lifecycle.activate'] : []),
  ...before.groupIds
    .filter((id) => !after.groupIds.includes(id))
    .map(() => 'group.user_membership.remove'),
];

/** Tells it once and forgets it: whoever listens must not depend on it. */
export function deliver({ url, secret }: EventHook, user: User, types: readonly string[]): void {
  if (types.length === 0) return;
  const events = types.map((eventType) => ({
    uuid: randomUUID(),
    published: new Date().toISOString(),
    eventType,
    target: [{ id: user.id, type: 'User', alternateId: user.login, displayName: user.name }],
  }));
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: secret },
    body: JSON.stringify({
      eventType: 'com.okta.event_hook',
      eventTypeVersion: '1.0',
      cloudEventsVersion: '0.1',
      eventId: randomUUID(),
      eventTime: new Date().toISOString(),
      data: { events },
    }),
    signal: AbortSignal.timeout(3_000),
  }).catch(() => undefined);
}
