import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { hangUp, type Faults } from '../faults';
import { groupAnswer, userAnswer } from './answers';
import { deliver, eventTypes, type EventHook } from './event-hook';
import { anyone, foundGroups, foundUsers, listQuery } from './lookup';
import { notFound, notModifiable, OktaError, tooMany } from './okta-error';
import { SignIn, type Client } from './sign-in';
import type { DirectoryStore, Group, User } from './store';

export interface DirectoryStandIn {
  store: DirectoryStore;
  faults: Faults;
  /** The one app that may sign in. */
  client: Client;
  /** Told when `POST /person` changes somebody. */
  hook?: EventHook;
  /** Entries of a page at most, whatever is asked for. */
  pageSize?: number;
  now?: () => number;
}

const personOrder = z.strictObject({
  id: z.string().min(1),
  active: z.boolean().optional(),
  groups: z.array(z.string().min(1)).optional(),
});

/**
 * A stand-in for Okta at the prefix it is registered with: the sign-in of a service app, users and groups, for
 * the unmodified SDK. `POST /person` changes somebody. Guard its routes: it belongs on a loopback address only.
 */
export const directoryStandIn: FastifyPluginAsync<DirectoryStandIn> = async (app, options) => {
  const { store, faults, client, hook, pageSize = 200, now = Date.now } = options;
  const signIn = new SignIn(client, now);
  const base = (request: FastifyRequest) => `http://${request.host}${app.prefix}`;

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  );
  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof OktaError) return reply.code(error.status).send(error.body);
    if (error instanceof z.ZodError) {
      const { status, body } = new OktaError(400, 'E0000001', 'Api validation failed');
      return reply.code(status).send(body);
    }
    throw error;
  });
  app.setNotFoundHandler(async (_request, reply) => {
    const { status, body } = new OktaError(
      404,
      'E0000022',
      'The endpoint does not support the provided HTTP method',
    );
    return reply.code(status).send(body);
  });

  /** A route with Okta's headers, scope check and ordered faults around it. */
  function answer<T>(
    operation: string,
    scope: string | undefined,
    work: (request: FastifyRequest, reply: FastifyReply) => T | Promise<T>,
  ) {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const fault = faults.take('directory', operation);
      const resetAt = Math.ceil((now() + (fault?.kind === '429' ? fault.ms : 60_000)) / 1000);
      reply.headers({
        'x-rate-limit-limit': '600',
        'x-rate-limit-remaining': fault?.kind === '429' ? '0' : '599',
        'x-rate-limit-reset': `${resetAt}`,
      });
      if (fault?.kind === '429') throw tooMany();
      if (fault?.kind === '503')
        return reply.code(503).type('text/html').send('<h1>Service Unavailable</h1>');
      if (fault?.kind === 'timeout') return hangUp(reply, fault.ms);
      if (scope !== undefined) signIn.check(request.headers.authorization, scope);
      const result = await work(request, reply);
      if (fault?.kind === 'drop-after-commit') return hangUp(reply, fault.ms);
      if (fault?.kind === 'slow') await delay(fault.ms);
      return reply.send(result);
    };
  }

  /** One page, and where the next one is, as Okta says it. */
  function page<T extends { id: string }>(
    request: FastifyRequest,
    reply: FastifyReply,
    all: readonly T[],
  ): T[] {
    const { limit, after } = listQuery.parse(request.query);
    const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const entries = all.slice(start, start + Math.min(limit, pageSize));
    const self = new URL(request.originalUrl, base(request));
    const links = [`<${self.href}>; rel="self"`];
    const last = entries.at(-1);
    if (last && start + entries.length < all.length) {
      self.searchParams.set('after', last.id);
      links.push(`<${self.href}>; rel="next"`);
    }
    reply.header('link', links.join(', '));
    return entries;
  }

  const showUser = (request: FastifyRequest) => (user: User) =>
    userAnswer(user, `${base(request)}/api/v1/users/${user.id}`);
  const showGroup = (request: FastifyRequest) => (group: Group) =>
    groupAnswer(group, `${base(request)}/api/v1/groups/${group.id}`);
  const idOf = (request: FastifyRequest) => z.object({ id: z.string() }).parse(request.params).id;
  function userOf(request: FastifyRequest): User {
    const user = store.user(idOf(request));
    if (!user) throw notFound(idOf(request), 'User');
    return user;
  }
  function groupOf(request: FastifyRequest): Group {
    const group = store.group(idOf(request));
    if (!group) throw notFound(idOf(request), 'UserGroup');
    return group;
  }

  /** Whether somebody is in a group from now on. Saying what is so already changes nothing, as in Okta. */
  function joins(request: FastifyRequest, reply: FastifyReply, isMember: boolean): string {
    const { id: groupId, type } = groupOf(request);
    const { userId } = z.object({ userId: z.string() }).parse(request.params);
    const user = store.user(userId);
    if (!user) throw notFound(userId, 'User');
    if (type !== 'OKTA_GROUP') throw notModifiable();
    const others = user.groupIds.filter((one) => one !== groupId);
    store.putUser({ ...user, groupIds: isMember ? [...others, groupId] : others });
    reply.code(204);
    return '';
  }

  app.post(
    '/oauth2/v1/token',
    answer('token', undefined, async (request, reply) => {
      const { status, body } = await signIn.answer(
        request.body,
        `${base(request)}/oauth2/v1/token`,
      );
      reply.code(status);
      return body;
    }),
  );
  app.get(
    '/api/v1/users/:id',
    answer('users.get', 'okta.users.read', (request) => showUser(request)(userOf(request))),
  );
  app.get(
    '/api/v1/users',
    answer('users.list', 'okta.users.read', (request, reply) =>
      page(request, reply, foundUsers(store, listQuery.parse(request.query))).map(
        showUser(request),
      ),
    ),
  );
  app.get(
    '/api/v1/users/:id/groups',
    answer('users.groups', 'okta.users.read', (request, reply) =>
      page(request, reply, store.groupsOf(userOf(request))).map(showGroup(request)),
    ),
  );
  app.get(
    '/api/v1/groups/:id',
    answer('groups.get', 'okta.groups.read', (request) => showGroup(request)(groupOf(request))),
  );
  app.get(
    '/api/v1/groups',
    answer('groups.list', 'okta.groups.read', (request, reply) =>
      page(request, reply, foundGroups(store, listQuery.parse(request.query))).map(
        showGroup(request),
      ),
    ),
  );
  app.get(
    '/api/v1/groups/:id/users',
    answer('groups.members', 'okta.groups.read', (request, reply) =>
      page(request, reply, store.membersOf(groupOf(request))).map(showUser(request)),
    ),
  );
  app.put(
    '/api/v1/groups/:id/users/:userId',
    answer('groups.add', 'okta.groups.manage', (request, reply) => joins(request, reply, true)),
  );
  app.delete(
    '/api/v1/groups/:id/users/:userId',
    answer('groups.remove', 'okta.groups.manage', (request, reply) => joins(request, reply, false)),
  );

  app.post('/person', async (request, reply) => {
    const order = personOrder.safeParse(request.body);
    if (!order.success) return reply.code(400).send({ error: z.prettifyError(order.error) });
    const found = anyone(store, order.data.id);
    if (found.length !== 1) {
      const how = found.length === 0 ? 'Nobody is' : 'Several people are';
      return reply.code(404).send({ error: `${how} called ${order.data.id} in the directory.` });
    }
    const [user] = found;
    if (!user) return undefined;
    const after = changed(store, user, order.data);
    if (hook) deliver(hook, after, eventTypes(user, after));
    return described(store, after);
  });
};

function changed(
  store: DirectoryStore,
  user: User,
  { active, groups }: z.infer<typeof personOrder>,
): User {
  return store.putUser({
    ...user,
    ...(active !== undefined && { status: active ? 'ACTIVE' : 'DEPROVISIONED' }),
    ...(groups && { groupIds: groups.map((name) => store.ensureGroup(name).id) }),
  });
}

const described = (store: DirectoryStore, user: User) => ({
  id: user.id,
  chatId: user.chatId,
  name: user.name,
  email: user.email,
  active: user.status === 'ACTIVE',
  groups: store.groupsOf(user).map(({ name }) => name),
});
