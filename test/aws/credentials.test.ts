import { afterEach, describe, expect, test } from '@jest/globals';
import { botCredentials, shortLived } from '../../aws/credentials';
import { containerCredentials } from '../support/container-credentials';

const good = {
  accessKeyId: 'ASIA1111111111111111',
  secretAccessKey: 'a-secret-nobody-may-see',
  sessionToken: 'a-token-nobody-may-see',
  expiration: new Date('2026-11-23T11:00:00Z'),
};
const longLived = { accessKeyId: 'AKIA1111111111111111', secretAccessKey: good.secretAccessKey };

describe('long-lived keys are refused, naming where they came from', () => {
  test.each([
    ['an IAM user’s key id', { ...good, accessKeyId: 'AKIA1111111111111111' }, /begins with AKIA/],
    ['no session token', { ...good, sessionToken: '' }, /no session token/],
    ['no expiration', { ...good, expiration: new Date(NaN) }, /no expiration/],
    ['just a key pair', longLived, /begins with AKIA/],
    [
      'a key pair that hides its kind',
      { ...longLived, accessKeyId: 'ASIA1111111111111111' },
      /no session token/,
    ],
  ])('%s', async (_, credentials, because) => {
    const refusal = shortLived('the vault', async () => credentials)();
    await expect(refusal).rejects.toThrow(because);
    await expect(refusal).rejects.toThrow('those from the vault are not');
    await expect(refusal).rejects.not.toThrow(/nobody-may-see/);
  });

  test('also when only a refresh brings one', async () => {
    const given = [good, { ...good, accessKeyId: 'AKIA1111111111111111' }];
    const credentials = shortLived('the vault', async () => given.shift() ?? good);
    expect(await credentials()).toEqual(good);
    await expect(credentials()).rejects.toThrow(/begins with AKIA/);
    expect(await credentials()).toEqual(good);
  });
});

describe('the container endpoint', () => {
  const answer = {
    AccessKeyId: good.accessKeyId,
    SecretAccessKey: good.secretAccessKey,
    Token: good.sessionToken,
    Expiration: good.expiration.toISOString(),
  };
  const environment = { ...process.env };
  let close = async (): Promise<void> => {};
  afterEach(async () => {
    process.env = { ...environment };
    await close();
  });

  const endpoint = async (...answers: object[]) => {
    const server = await containerCredentials(...answers);
    close = () => server.close();
    return server;
  };

  test('gives what it has to whoever shows the token', async () => {
    const { url, tokens } = await endpoint(answer);
    const source = { kind: 'container', url, token: { text: 'Bearer 1' } } as const;
    expect(await botCredentials(source)()).toEqual(good);
    expect(tokens).toEqual(['Bearer 1']);
  });

  test('is the one that was named, whatever else the environment offers', async () => {
    const { url, tokens } = await endpoint(answer);
    Object.assign(process.env, {
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/elsewhere',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'somebody’s',
      AWS_ACCESS_KEY_ID: longLived.accessKeyId,
      AWS_SECRET_ACCESS_KEY: longLived.secretAccessKey,
    });
    expect(await botCredentials({ kind: 'container', url })()).toEqual(good);
    expect(tokens).toEqual([undefined]);
  });

  test('is not believed when it hands out a user’s key', async () => {
    const { url } = await endpoint({ ...answer, AccessKeyId: 'AKIA1111111111111111' });
    await expect(botCredentials({ kind: 'container', url })()).rejects.toThrow(
      `those from the container endpoint ${url} are not: the access key id begins with AKIA`,
    );
  });

  test('that leaves out half is told by its name, and nothing of its answer', async () => {
    const { url } = await endpoint({ ...answer, Token: undefined });
    const failure = botCredentials({ kind: 'container', url })();
    await expect(failure).rejects.toThrow(`from the container endpoint ${url} failed`);
    await expect(failure).rejects.not.toThrow(/nobody-may-see/);
  });

  test('on another host without encryption is not asked', async () => {
    const source = { kind: 'container', url: 'http://credentials.example/x' } as const;
    await expect(botCredentials(source)()).rejects.toThrow(/URL not accepted/);
  });
});

test('a web identity token file that is not there is named', async () => {
  const source = {
    kind: 'web-identity',
    tokenFile: '/nowhere/token',
    roleArn: 'arn:aws:iam::999999999999:role/curfew',
    region: 'eu-central-1',
  } as const;
  await expect(botCredentials(source)()).rejects.toThrow(
    'Getting Curfew’s own AWS credentials from the web identity token in /nowhere/token failed with ENOENT',
  );
});
