import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { z } from 'zod';
import { hangUp, type Faults, type FaultTarget } from '../faults';
import { sandboxSchedule, sandboxTicket, type FactStore } from './store';

export interface FactsStandIn {
  store: FactStore;
  faults: Faults;
  /** What Jira and PagerDuty are told to expect. */
  token: string;
}

const byKey = z.object({ key: z.string() });
const byId = z.object({ id: z.string() });
const shiftQuery = z.object({ since: z.iso.datetime(), until: z.iso.datetime() });
const scheduleQuery = z.object({ query: z.string().default(''), limit: z.coerce.number() });

/**
 * Stand-ins for Jira Cloud (`/jira`) and PagerDuty's schedules (`/pagerduty`), as far as Curfew asks them. `POST /ticket`
 * and `POST /schedule` change what they say. Guard the routes: they belong on a loopback address only.
 */
export const factsStandIn: FastifyPluginAsync<FactsStandIn> = async (app, options) => {
  const { store, faults, token } = options;

  /** True when a fault has answered. */
  async function struck(target: FaultTarget, operation: string, reply: FastifyReply) {
    const fault = faults.take(target, operation, ['429', '503', 'timeout']);
    if (fault?.kind === 'timeout') await hangUp(reply, fault.ms);
    else if (fault?.kind === '429')
      await reply
        .code(429)
        .header('retry-after', Math.ceil(fault.ms / 1000))
        .send({});
    else if (fault) await reply.code(503).type('text/html').send('<h1>Service Unavailable</h1>');
    return fault !== undefined;
  }

  app.get('/jira/rest/api/3/issue/:key', async (request, reply) => {
    if (await struck('tickets', 'issue', reply)) return reply;
    const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
    const given =
      scheme === 'Basic'
        ? Buffer.from(credentials, 'base64').toString().split(':').slice(1).join(':')
        : credentials;
    if (given !== token)
      return reply
        .code(401)
        .header('x-seraph-loginreason', 'AUTHENTICATED_FAILED')
        .send('Client must be authenticated to access this resource.');
    const ticket = store.ticket(byKey.parse(request.params).key);
    if (ticket === undefined)
      return reply.code(404).send({
        errorMessages: ['Issue does not exist or you do not have permission to see it.'],
        errors: {},
      });
    const { key, status, assignee, hidesAddress } = ticket;
    const [project = ''] = key.split('-');
    return {
      id: '10001',
      key,
      fields: {
        status: { name: status, statusCategory: { key: 'indeterminate' } },
        project: { key: project, name: project },
        assignee:
          assignee === undefined
            ? null
            : {
                accountId: `5b10${assignee.length}`,
                displayName: assignee.split('@')[0],
                active: true,
                ...(hidesAddress !== true && { emailAddress: assignee }),
              },
      },
    };
  });

  app.register(async (pagerDuty) => {
    pagerDuty.addHook('onRequest', async (request, reply) => {
      if (await struck('rota', 'schedules', reply)) return reply;
      if (request.headers.authorization === `Token token=${token}`) return undefined;
      return reply.code(401).send({ error: { message: 'Unauthorized', code: 2006 } });
    });
    pagerDuty.get('/pagerduty/schedules', async (request) => {
      const { query, limit } = scheduleQuery.parse(request.query);
      const fitting = store.schedules().filter(({ name }) => name.includes(query));
      return {
        schedules: fitting.slice(0, limit).map(({ id, name }) => ({ id, name, type: 'schedule' })),
        limit,
        offset: 0,
        more: fitting.length > limit,
      };
    });
    pagerDuty.get('/pagerduty/schedules/:id/users', async (request, reply) => {
      const { id } = byId.parse(request.params);
      const { since, until } = shiftQuery.parse(request.query);
      const schedule = store.schedules().find((one) => one.id === id);
      if (schedule === undefined)
        return reply.code(404).send({ error: { message: 'Not Found', code: 2100 } });
      const isAsked = Date.parse(since) < Date.parse(until);
      return {
        users: isAsked
          ? schedule.onCall.map((email) => ({ id: 'PUSER', type: 'user', name: email, email }))
          : [],
      };
    });
  });

  app.post('/ticket', async (request) => {
    const ticket = sandboxTicket.parse(request.body);
    store.putTicket(ticket);
    return ticket;
  });
  app.post('/schedule', async (request) => {
    const schedule = sandboxSchedule.parse(request.body);
    store.putSchedule(schedule);
    return schedule;
  });
  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    throw error;
  });
};
