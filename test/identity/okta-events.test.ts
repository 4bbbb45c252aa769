import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { OKTA_EVENTS, registerOktaEvents, WATCHED_EVENTS } from '../../identity/okta-events';

const secret = 'a'.repeat(32);
const ada = { id: '00uada00000000000001', type: 'User' };
const group = { id: '00gengineers00000001', type: 'UserGroup' };
let app: FastifyInstance;
let looks: { occasion: string; people: string[] }[];

beforeEach(() => {
  looks = [];
  app = Fastify();
  registerOktaEvents(app, {
    secret,
    changed: async (occasion, people) => {
      looks.push({ occasion, people });
    },
  });
});
afterEach(() => app.close());

const send = (payload: object, authorization = secret) =>
  app.inject({ method: 'POST', url: OKTA_EVENTS, headers: { authorization }, payload });
const hook = (...events: object[]) => ({ eventType: 'com.okta.event_hook', data: { events } });
const event = (eventType: string, uuid = 'e-1', target: object[] | null = [ada, group]) => ({
  uuid,
  eventType,
  target,
});

test('Okta sees once that the address is ours, and nobody else does', async () => {
  const ask = (authorization: string) =>
    app.inject({
      method: 'GET',
      url: OKTA_EVENTS,
      headers: { authorization, 'x-okta-verification-challenge': 'prove it' },
    });
  expect((await ask(secret)).json()).toEqual({ verification: 'prove it' });
  expect((await ask('something else')).statusCode).toBe(401);
});

test.each(WATCHED_EVENTS)('%s names the person who is looked at, and no group', async (type) => {
  expect((await send(hook(event(type)))).statusCode).toBe(204);
  expect(looks.map(({ people }) => people)).toEqual([[ada.id]]);
});

test('a delivery that comes twice is the same occasion; other events are another', async () => {
  const [first, second] = WATCHED_EVENTS;
  await send(hook(event(first, 'e-1'), event(second, 'e-2')));
  await send(hook(event(second, 'e-2'), event(first, 'e-1')));
  await send(hook(event(first, 'e-3')));
  const [one, again, other] = looks.map(({ occasion }) => occasion);
  expect(again).toBe(one);
  expect(other).not.toBe(one);
});

test.each([
  ['an event that takes nothing away', hook(event('user.session.start')), 204],
  ['an event about nobody', hook(event(WATCHED_EVENTS[0], 'e-1', null)), 204],
  ['no event', hook(), 204],
  ['something else altogether', { hello: 'there' }, 400],
])('%s makes nobody be looked at', async (_what, payload, status) => {
  expect((await send(payload)).statusCode).toBe(status);
  expect(looks).toEqual([]);
});

test('without the secret nothing is read', async () => {
  const answer = await send(hook(event(WATCHED_EVENTS[0])), 'a'.repeat(31));
  expect(answer.statusCode).toBe(401);
  expect(looks).toEqual([]);
});

test('an engine that does not answer makes Okta deliver again', async () => {
  const broken = Fastify();
  registerOktaEvents(broken, {
    secret,
    changed: async () => {
      throw new Error('UNAVAILABLE');
    },
  });
  const headers = { authorization: secret };
  const payload = hook(event(WATCHED_EVENTS[0]));
  const answer = await broken.inject({ method: 'POST', url: OKTA_EVENTS, headers, payload });
  expect(answer.statusCode).toBe(500);
  await broken.close();
});
