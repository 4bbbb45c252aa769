import { createHash, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsError } from './aws-error';

/** A request as it came in: header names in lower case, path and query as they were sent. */
export interface SignedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
}

/** What a request says of its own signature. Nothing of it is proven yet. */
export interface Claim {
  accessKeyId: string;
  sessionToken: string | undefined;
  region: string;
  service: string;
  signedAt: Date;
  signedHeaders: readonly string[];
  signature: string;
  /** Seconds; present for presigned URLs. */
  expiresIn: number | undefined;
}

/** AWS's tolerance for signatures in headers. */
const CLOCK_SKEW_MS = 5 * 60_000;
const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Reads the signature from the Authorization header or from a presigned URL's query. */
export function readClaim({ headers, query }: SignedRequest): Claim {
  const { authorization } = headers;
  if (authorization !== undefined) {
    if (!authorization.startsWith(`${ALGORITHM} `))
      throw incomplete(`Authorization must use ${ALGORITHM}.`);
    const field = (name: string) =>
      new RegExp(`[ ,]${name}=([^, ]+)`).exec(authorization)?.[1] ??
      fail(`Authorization header requires '${name}' parameter.`);
    return {
      ...scopeOf(field('Credential'), headers['x-amz-date']),
      sessionToken: headers['x-amz-security-token'],
      signedHeaders: field('SignedHeaders').split(';'),
      signature: field('Signature'),
      expiresIn: undefined,
    };
  }
  if (!query.has('X-Amz-Signature'))
    throw new AwsError(
      403,
      'MissingAuthenticationToken',
      'Request is missing Authentication Token',
    );
  const field = (name: string) => query.get(name) ?? fail(`Query requires '${name}'.`);
  const expiresIn = Number(field('X-Amz-Expires'));
  if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > 604_800)
    throw incomplete('X-Amz-Expires must be between 1 and 604800 seconds.');
  return {
    ...scopeOf(field('X-Amz-Credential'), field('X-Amz-Date')),
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    signedHeaders: field('X-Amz-SignedHeaders').split(';'),
    signature: field('X-Amz-Signature'),
    expiresIn,
  };
}

/** Signs the request again with the secret that belongs to the key; throws when the result differs. */
export async function checkSignature(
  request: SignedRequest,
  claim: Claim,
  secretAccessKey: string,
): Promise<void> {
  const expected = Buffer.from(await signatureOf(request, claim, secretAccessKey));
  const given = Buffer.from(claim.signature);
  const whole =
    claim.signedHeaders.includes('host') &&
    bodyIsSigned(request) &&
    everyAwsHeaderSigned(request, claim);
  if (!whole || expected.length !== given.length || !timingSafeEqual(expected, given))
    throw new AwsError(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
}

/** Throws when the signature is too old or from the future. `now` in milliseconds. */
export function checkSignedTime({ signedAt, expiresIn, service }: Claim, now: number): void {
  const at = signedAt.getTime();
  const until = at + (expiresIn === undefined ? CLOCK_SKEW_MS : expiresIn * 1000);
  if (now <= until && at <= now + CLOCK_SKEW_MS) return;
  if (expiresIn !== undefined && now > until)
    throw new AwsError(400, 'RequestExpired', 'Request has expired.');
  if (service === 's3')
    throw new AwsError(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    );
  // As STS and IAM say it; the SDKs correct their clock on this code and the Date header.
  const [signed, limit] = [
    basicTime(signedAt),
    basicTime(new Date(now + (at > now ? CLOCK_SKEW_MS : -CLOCK_SKEW_MS))),
  ];
  throw new AwsError(
    403,
    'SignatureDoesNotMatch',
    at > now
      ? `Signature not yet current: ${signed} is still later than ${limit} (${basicTime(new Date(now))} + 5 min.)`
      : `Signature expired: ${signed} is now earlier than ${limit} (${basicTime(new Date(now))} - 5 min.)`,
  );
}

async function signatureOf(
  { method, path, query, headers, body }: SignedRequest,
  claim: Claim,
  secretAccessKey: string,
): Promise<string> {
  const { accessKeyId, sessionToken, region, service, signedAt, signedHeaders, expiresIn } = claim;
  const names = new Set(signedHeaders);
  const tokenIsSigned = expiresIn !== undefined || names.has('x-amz-security-token');
  const signer = new SignatureV4({
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && tokenIsSigned && { sessionToken }),
    },
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: false,
  });
  const [hostname = ''] = (headers.host ?? '').split(':');
  const plain = {
    method,
    protocol: 'http:',
    hostname,
    path,
    query: queryOf(query),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => names.has(name))),
    body,
  };
  const options = { signingDate: signedAt, signableHeaders: names };
  if (expiresIn === undefined) {
    const signed = await signer.sign(plain, options);
    return /Signature=(\w+)$/.exec(signed.headers.authorization ?? '')?.[1] ?? '';
  }
  const presigned = await signer.presign(plain, {
    ...options,
    expiresIn,
    unhoistableHeaders: names,
  });
  return String(presigned.query?.['X-Amz-Signature']);
}

/** Parameters that the signer adds itself. */
const OF_THE_SIGNATURE =
  /^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token)$/i;

function queryOf(query: URLSearchParams): Record<string, string[]> {
  const names = [...new Set(query.keys())].filter((name) => !OF_THE_SIGNATURE.test(name));
  return Object.fromEntries(names.map((name) => [name, query.getAll(name)]));
}

/** The signer believes `x-amz-content-sha256`; so it must be the hash of what came. */
function bodyIsSigned({ headers, body }: SignedRequest): boolean {
  const said = headers['x-amz-content-sha256'];
  return said === undefined || said === createHash('sha256').update(body).digest('hex');
}

const everyAwsHeaderSigned = ({ headers }: SignedRequest, { signedHeaders }: Claim): boolean =>
  Object.keys(headers)
    .filter((name) => name.startsWith('x-amz-'))
    .every((name) => signedHeaders.includes(name));

function scopeOf(credential: string, date: string | undefined) {
  const [accessKeyId, day, region, service, end, ...more] = credential.split('/');
  if (!accessKeyId || !day || !region || !service || end !== 'aws4_request' || more.length > 0)
    throw incomplete('Credential must have exactly 5 slash-delimited elements.');
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? '') ?? [];
  const signedAt = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  if (Number.isNaN(signedAt.getTime()))
    throw incomplete("Date must be in ISO-8601 'basic format'.");
  if (day !== `${y}${mo}${d}`)
    throw new AwsError(
      403,
      'SignatureDoesNotMatch',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}'`,
    );
  return { accessKeyId, region, service, signedAt };
}

const basicTime = (at: Date): string => at.toISOString().replace(/[-:]|\.\d{3}/g, '');

const incomplete = (message: string): AwsError => new AwsError(400, 'IncompleteSignature', message);

const fail = (message: string): never => {
  throw incomplete(message);
};
