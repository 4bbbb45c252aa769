import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  startAwsStandIn,
  TARGET,
  type Keys,
  type RunningStandIn,
} from '../../support/aws-stand-in';
import { temporaryFolder } from '../../support/temporary-folder';

const data = temporaryFolder();
let aws: RunningStandIn;
let keys: Keys;

beforeAll(async () => {
  aws = await startAwsStandIn(data);
  keys = aws.sessionOf(TARGET, 'g-aaaaaaaaaa');
});
afterAll(() => aws.stop());

const FORM = 'Action=GetCallerIdentity&Version=2011-06-15';
const FORM_TYPE = 'application/x-www-form-urlencoded';

interface Sending {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
}

const signerFor = (credentials: Keys, service = 'sts', applyChecksum = true) =>
  new SignatureV4({ credentials, region: 'eu-central-1', service, sha256: Sha256, applyChecksum });

async function signed(
  change: {
    credentials?: Partial<Keys>;
    at?: Date;
    service?: string;
    uncovered?: string[];
    applyChecksum?: boolean;
  } = {},
): Promise<Sending> {
  const { host } = new URL(aws.url);
  const { credentials, at, service, uncovered = [], applyChecksum } = change;
  const { headers } = await signerFor({ ...keys, ...credentials }, service, applyChecksum).sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/sandbox/aws/',
      query: {},
      headers: { host, 'content-type': FORM_TYPE },
      body: FORM,
    },
    { ...(at && { signingDate: at }), unsignableHeaders: new Set(uncovered) },
  );
  return { url: `${aws.endpoint}/`, method: 'POST', headers, body: FORM };
}

async function presigned(expiresIn: number, at = new Date()): Promise<Sending> {
  const { host } = new URL(aws.url);
  const { query = {} } = await signerFor(keys).presign(
    {
      method: 'GET',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/sandbox/aws/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      // As EKS's tokens do it: one more header that the signature covers.
      headers: { host, 'x-k8s-aws-id': 'shop' },
    },
    { expiresIn, signingDate: at },
  );
  const search = new URLSearchParams(
    Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
  );
  return {
    url: `${aws.endpoint}/?${search.toString()}`,
    method: 'GET',
    headers: { 'x-k8s-aws-id': 'shop' },
  };
}

/** AWS's error code, or `ok`. */
async function outcome({ url, ...init }: Sending): Promise<string> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  expect(text).not.toContain(keys.secretAccessKey);
  return answer.ok ? 'ok' : (/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? text);
}

const minutes = (count: number) => new Date(Date.now() + count * 60_000);

describe('a signature in headers', () => {
  test('is accepted when it is right', async () => {
    expect(await outcome(await signed())).toBe('ok');
  });

  test.each<[string, () => Promise<Sending>, string]>([
    [
      'a body changed on the way',
      async () => ({ ...(await signed()), body: FORM.replace('GetCaller', 'getcaller') }),
      'SignatureDoesNotMatch',
    ],
    [
      'a body changed together with its hash',
      async () => {
        const sending = await signed();
        const body = FORM.replace('2011', '2012');
        const hash = new Sha256();
        hash.update(body);
        const headers = {
          ...sending.headers,
          'x-amz-content-sha256': Buffer.from(await hash.digest()).toString('hex'),
        };
        return { ...sending, headers, body };
      },
      'SignatureDoesNotMatch',
    ],
    [
      'a query added on the way',
      async () => {
        const sending = await signed();
        return { ...sending, url: `${sending.url}?Action=AssumeRole` };
      },
      'SignatureDoesNotMatch',
    ],
    [
      'a header changed that is signed',
      async () => {
        const sending = await signed();
        return {
          ...sending,
          headers: { ...sending.headers, 'content-type': `${FORM_TYPE}; charset=utf-8` },
        };
      },
      'SignatureDoesNotMatch',
    ],
    [
      'an x-amz header that is not signed',
      async () => {
        const sending = await signed();
        return { ...sending, headers: { ...sending.headers, 'x-amz-target': 'x' } };
      },
      'SignatureDoesNotMatch',
    ],
    [
      'another secret',
      () => signed({ credentials: { secretAccessKey: 'x'.repeat(40) } }),
      'SignatureDoesNotMatch',
    ],
    ['another service', () => signed({ service: 'ec2' }), 'InvalidAction'],
    [
      'the token of nobody',
      () => signed({ credentials: { sessionToken: 'x' } }),
      'InvalidClientTokenId',
    ],
    [
      'a key id of nobody',
      () => signed({ credentials: { accessKeyId: 'ASIAAAAAAAAAAAAAAAAA' } }),
      'InvalidClientTokenId',
    ],
    [
      'a token of another session',
      () =>
        signed({
          credentials: { sessionToken: aws.sessionOf(TARGET, 'g-bbbbbbbbbb').sessionToken },
        }),
      'InvalidClientTokenId',
    ],
    ['a time 6 minutes ago', () => signed({ at: minutes(-6) }), 'SignatureDoesNotMatch'],
    ['a time in 6 minutes', () => signed({ at: minutes(6) }), 'SignatureDoesNotMatch'],
    ['a time 4 minutes ago', () => signed({ at: minutes(-4) }), 'ok'],
    ['no hash of the body in its headers', () => signed({ applyChecksum: false }), 'ok'],
    [
      'no hash, and a body changed on the way',
      async () => ({ ...(await signed({ applyChecksum: false })), body: `${FORM}&x=y` }),
      'SignatureDoesNotMatch',
    ],
    ['the host left out', () => signed({ uncovered: ['host'] }), 'SignatureDoesNotMatch'],
    [
      'no signature at all',
      async () => ({ ...(await signed()), headers: { 'content-type': FORM_TYPE } }),
      'MissingAuthenticationToken',
    ],
    [
      'half a signature',
      async () => ({
        ...(await signed()),
        headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/b' },
      }),
      'IncompleteSignature',
    ],
    [
      'another scheme',
      async () => ({ ...(await signed()), headers: { authorization: 'Bearer x' } }),
      'IncompleteSignature',
    ],
  ])('with %s', async (_what, make, code) => {
    expect(await outcome(await make())).toBe(code);
  });
});

describe('a presigned URL', () => {
  test('works until it expires', async () => {
    expect(await outcome(await presigned(60))).toBe('ok');
    expect(await outcome(await presigned(60, minutes(-2)))).toBe('RequestExpired');
    expect(await outcome(await presigned(3_600, minutes(-30)))).toBe('ok');
  });

  test('covers its query and the headers it names', async () => {
    const sending = await presigned(60);
    expect(
      await outcome({ ...sending, url: sending.url.replace('Expires=60', 'Expires=6000') }),
    ).toBe('SignatureDoesNotMatch');
    expect(await outcome({ ...sending, headers: { 'x-k8s-aws-id': 'other' } })).toBe(
      'SignatureDoesNotMatch',
    );
  });

  test('cannot be made to last longer than AWS allows', async () => {
    const sending = await presigned(60);
    expect(
      await outcome({ ...sending, url: sending.url.replace('Expires=60', 'Expires=604801') }),
    ).toBe('IncompleteSignature');
  });
});
