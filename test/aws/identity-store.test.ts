import { describe, expect, test } from '@jest/globals';
import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import Fastify from 'fastify';
import { AwsFault } from '../../aws/errors';
import { identityStore } from '../../aws/identity-store';

/** The SDK on something that answers every call with this. */
async function answering<T>(
  body: object,
  ask: (store: ReturnType<typeof identityStore>) => Promise<T>,
): Promise<T> {
  const app = Fastify({ forceCloseConnections: true });
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.post('/*', async (_request, reply) => reply.type('application/x-amz-json-1.1').send(body));
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  const client = new IdentitystoreClient({
    endpoint,
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  try {
    return await ask(identityStore(client, 'd-1234567890'));
  } finally {
    client.destroy();
    await app.close();
  }
}

describe('an answer of another shape is a fault that names the field, never nobody', () => {
  test.each<
    [string, object, (store: ReturnType<typeof identityStore>) => Promise<unknown>, string]
  >([
    ['a user without an id', { UserName: 'ada' }, (store) => store.user('u'), 'UserId'],
    [
      'an id that is none',
      { UserId: '' },
      (store) => store.userIdBy({ ExternalId: { Issuer: 'i', Id: 'x' } }),
      'UserId',
    ],
    ['no group id', {}, (store) => store.groupIdCalled('security'), 'GroupId'],
    ['no list', {}, (store) => store.memberIds('g', 3), 'GroupMemberships'],
    [
      'a member without an id',
      { GroupMemberships: [{ GroupId: 'g', MemberId: {} }] },
      (store) => store.memberIds('g', 3),
      'MemberId',
    ],
    ['no groups', {}, (store) => store.groupIdsOf('u', 3), 'GroupMemberships'],
  ])('%s', async (_, body, ask, field) => {
    const answer = answering(body, ask);
    await expect(answer).rejects.toThrow(AwsFault);
    await expect(answer).rejects.toThrow(field);
  });
});

test('what cannot be an id of AWS’s is not asked for', async () => {
  const nobody = { UserId: 'somebody' };
  expect(await answering(nobody, (store) => store.userOf('00uada00000000000001'))).toBeUndefined();
});
