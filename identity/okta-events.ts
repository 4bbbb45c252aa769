import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/** Where Okta's event hook points; Okta calls it once with GET to see that it is ours. */
export const OKTA_EVENTS = '/okta/events';

/** The events that can take a right away. Any other that Okta sends is answered and left. */
export const WATCHED_EVENTS = [
  'user.lifecycle.deactivate',
  'user.lifecycle.suspend',
  'user.lifecycle.delete.initiated',
  'user.account.lock',
  'group.user_membership.remove',
] as const;

const eventHook = z.object({
  eventId: z.string().min(1).max(200).optional(),
  data: z.object({
    events: z
      .array(
        z.object({
          uuid: z.string().min(1).max(200),
          eventType: z.string(),
          target: z
            .array(z.object({ id: z.string().max(64), type: z.string() }))
            .nullish()
            .transform((targets) => targets ?? []),
        }),
      )
      .max(1_000),
  }),
});

export interface OktaEventsOptions {
  /** What Okta sends as `Authorization`, whole. */
  secret: string;
  /** Directory ids to look at now; the same `occasion` is one look. */
  changed: (occasion: string, people: string[]) => Promise<void>;
}

/**
 * Okta's event hook. An event is a hint that somebody should be looked at, never a fact: a forged one costs a look,
 * a lost one is made good by the look of every minute. Okta repeats a delivery that is not answered within 3 s.
 */
export function registerOktaEvents(
  app: FastifyInstance,
  { secret, changed }: OktaEventsOptions,
): void {
  app.get(OKTA_EVENTS, async (request, reply) => {
    const challenge = request.headers['x-okta-verification-challenge'];
    if (!isSame(request.headers.authorization, secret)) return reply.code(401).send(NOT_OKTA);
    if (typeof challenge !== 'string') return reply.code(400).send({ because: 'No challenge.' });
    return { verification: challenge };
  });

  app.post(OKTA_EVENTS, async (request, reply) => {
    if (!isSame(request.headers.authorization, secret)) return reply.code(401).send(NOT_OKTA);
    const hook = eventHook.safeParse(request.body);
    if (!hook.success)
      return reply.code(400).send({ because: `Not an event hook: ${z.prettifyError(hook.error)}` });
    const { events } = hook.data.data;
    const people = changedPeople(events);
    if (people.length > 0) await changed(occasionOf(events), people);
    return reply.code(204).send();
  });
}

type Events = z.infer<typeof eventHook>['data']['events'];

const changedPeople = (events: Events): string[] => [
  ...new Set(
    events
      .filter(({ eventType }) => WATCHED_EVENTS.some((watched) => watched === eventType))
      .flatMap(({ target }) => target.filter(({ type }) => type === 'User').map(({ id }) => id)),
  ),
];

/** A delivery that is repeated holds the same events. */
const occasionOf = (events: Events): string =>
  createHash('sha256')
    .update(
      events
        .map(({ uuid }) => uuid)
        .toSorted()
        .join(' '),
    )
    .digest('base64url')
    .slice(0, 22);

const NOT_OKTA = {
  because: 'The Authorization header is not the secret that this hook was set up with.',
};

// Hashed first, so that lengths tell nothing either.
const isSame = (given: string | undefined, secret: string): boolean =>
  timingSafeEqual(sha256(given ?? ''), sha256(secret));

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
