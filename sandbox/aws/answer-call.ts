import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hangUp, type Faults } from '../faults';
import type { Call } from './account-rows';
import type { AccountStore } from './account-store';
import { AwsError } from './aws-error';
import { sessionArn, type Caller } from './caller';
import type { CenterSeed } from './center-rows';
import { IAM_OPERATIONS } from './iam';
import { IDENTITY_STORE_OPERATIONS } from './identity-store';
import { jsonError, jsonTarget, type JsonOperation } from './json-operation';
import type { Done, Operation } from './operation';
import { listBuckets, type Buckets } from './s3';
import {
  checkSignature,
  checkSignedTime,
  readClaim,
  type Claim,
  type SignedRequest,
} from './signature';
import { SSO_ADMIN_OPERATIONS } from './sso-admin';
import { STS_OPERATIONS } from './sts';
import {
  assumeRoleWithWebIdentity,
  verifyWebIdentity,
  type WebIdentityProvider,
} from './web-identity';
import { xmlElement } from './xml';

interface Desk {
  store: AccountStore;
  faults: Faults;
  buckets: Buckets;
  identityCenter: CenterSeed | undefined;
  webIdentityProviders: readonly WebIdentityProvider[];
  now: () => number;
}

interface Service {
  namespace: string;
  operations: ReadonlyMap<string, Operation>;
}

const SERVICES: ReadonlyMap<string, Service> = new Map([
  ['sts', { namespace: 'https://sts.amazonaws.com/doc/2011-06-15/', operations: STS_OPERATIONS }],
  ['iam', { namespace: 'https://iam.amazonaws.com/doc/2010-05-08/', operations: IAM_OPERATIONS }],
]);

/** Services of the JSON 1.1 protocol, by the name in the signature. */
const JSON_SERVICES: ReadonlyMap<string, ReadonlyMap<string, JsonOperation>> = new Map([
  ['sso', SSO_ADMIN_OPERATIONS],
  ['identitystore', IDENTITY_STORE_OPERATIONS],
]);

/** An answer's body, and what goes on the record of calls. */
interface Answer {
  text: string;
  done: Done;
}

/** What is known of a call so far; the record is written from it however the call ends. */
interface Trace {
  requestId: string;
  eventName: string;
  params: URLSearchParams;
  /** JSON 1.1 names the operation in a header; everything else is the query protocol or S3. */
  isJson: boolean;
  claim?: Claim;
  caller?: Caller;
}

/** Answers one call to AWS: faults first, then the signature, then the operation, and a line on the record. */
export const answerCall =
  (desk: Desk) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const signed = signedRequest(request);
    const target = jsonTarget(signed);
    const params = target === undefined ? paramsOf(signed) : new URLSearchParams();
    const trace: Trace = {
      requestId: randomUUID(),
      isJson: target !== undefined,
      eventName:
        target?.split('.')[1] ??
        params.get('Action') ??
        (isListBuckets(request) ? 'ListBuckets' : 'Unknown'),
      params,
    };
    const fault = desk.faults.take('aws', trace.eventName);
    if (fault?.kind === 'timeout') return hangUp(reply, fault.ms);
    if (fault?.kind === 'slow') await delay(fault.ms);
    void reply
      .header('x-amzn-requestid', trace.requestId)
      .header('date', new Date(desk.now()).toUTCString())
      .type(trace.isJson ? 'application/x-amz-json-1.1' : 'text/xml');
    try {
      if (fault?.kind === '429') throw new AwsError(429, 'Throttling', 'Rate exceeded');
      if (fault?.kind === '503')
        throw new AwsError(503, 'ServiceUnavailable', 'Service is unable to handle request.');
      const { text } = await perform(desk, trace, signed, request.ip);
      if (fault?.kind === 'drop-after-commit') return await hangUp(reply, fault.ms);
      return await reply.send(text);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      record(desk, trace, error.code, {});
      if (fault?.kind === 'drop-after-commit') return hangUp(reply, fault.ms);
      if (!trace.isJson) return reply.code(error.status).send(errorXml(error, trace));
      const { status, body } = jsonError(error);
      return reply.code(status).send(JSON.stringify(body));
    }
  };

/** What the operation did and its line on the record are on disk together before the answer leaves. */
async function perform(
  desk: Desk,
  trace: Trace,
  signed: SignedRequest,
  sourceIp: string,
): Promise<Answer> {
  const { store } = desk;
  if (store.center.inProgress().length > 0) store.atomically(() => store.center.settle(desk.now()));
  if (trace.eventName === 'AssumeRoleWithWebIdentity') {
    const now = desk.now();
    const identity = await verifyWebIdentity(
      trace.params.get('WebIdentityToken') ?? '',
      desk.webIdentityProviders,
      now,
    );
    return recorded(desk, trace, () =>
      queryAnswer(trace, 'sts', assumeRoleWithWebIdentity(store, trace.params, identity, now)),
    );
  }
  trace.claim = readClaim(signed);
  const caller = await identify(desk, trace.claim, signed, sourceIp);
  trace.caller = caller;
  if (trace.claim.service === 's3') {
    if (trace.eventName !== 'ListBuckets')
      throw new AwsError(501, 'NotImplemented', 'The stand-in for S3 knows ListBuckets only.');
    return recorded(desk, trace, () => ({
      text: listBuckets(store, caller, desk.buckets),
      done: {},
    }));
  }
  const { service } = trace.claim;
  if (trace.isJson) return jsonAnswer(desk, trace, service, caller, signed);
  const operation = SERVICES.get(service)?.operations.get(trace.eventName);
  if (!operation)
    throw new AwsError(
      400,
      'InvalidAction',
      `Could not find operation ${trace.eventName} of ${service}: the stand-in does not know it.`,
    );
  return recorded(desk, trace, () =>
    queryAnswer(trace, service, operation({ store, params: trace.params, caller })),
  );
}

function jsonAnswer(
  desk: Desk,
  trace: Trace,
  service: string,
  caller: Caller,
  signed: SignedRequest,
): Answer {
  const { store, faults, identityCenter: seed } = desk;
  const { eventName } = trace;
  const operation = JSON_SERVICES.get(service)?.get(eventName);
  if (!operation || seed === undefined)
    throw new AwsError(
      400,
      'UnknownOperationException',
      `The stand-in does not know ${eventName} of ${service}.`,
    );
  return recorded(desk, trace, () => {
    const input: unknown = JSON.parse(signed.body.toString('utf8') || '{}');
    const fields = operation({
      store,
      center: store.center,
      seed,
      faults,
      caller,
      eventName,
      input,
    });
    return { text: JSON.stringify(fields), done: {} };
  });
}

function recorded(desk: Desk, trace: Trace, work: () => Answer): Answer {
  return desk.store.atomically(() => {
    const answer = work();
    record(desk, trace, 'ok', answer.done);
    return answer;
  });
}

/** Whose key signed this. Throws AWS's error for each way in which it may be nobody's. */
async function identify(
  { store, now }: Desk,
  claim: Claim,
  signed: SignedRequest,
  sourceIp: string,
): Promise<Caller> {
  const session = store.session(claim.accessKeyId, claim.sessionToken ?? '');
  const role = session && store.role(session.roleArn);
  if (!session || !role)
    throw claim.service === 's3'
      ? new AwsError(
          403,
          'InvalidAccessKeyId',
          'The AWS Access Key Id you provided does not exist in our records.',
        )
      : new AwsError(
          403,
          'InvalidClientTokenId',
          'The security token included in the request is invalid.',
        );
  await checkSignature(signed, claim, session.secretAccessKey);
  const at = now();
  checkSignedTime(claim, at);
  if (session.expiresAt <= at)
    throw claim.service === 's3'
      ? new AwsError(400, 'ExpiredToken', 'The provided token has expired.')
      : new AwsError(403, 'ExpiredToken', 'The security token included in the request is expired');
  return {
    session,
    role,
    arn: sessionArn(role, session.sessionName),
    userId: `${role.roleId}:${session.sessionName}`,
    region: claim.region,
    sourceIp,
    now: at,
  };
}

function queryAnswer({ eventName, requestId }: Trace, service: string, done: Done): Answer {
  const fields = {
    ...(done.result && { [`${eventName}Result`]: done.result }),
    ResponseMetadata: { RequestId: requestId },
  };
  return {
    text: xmlElement(`${eventName}Response`, fields, SERVICES.get(service)?.namespace),
    done,
  };
}

function errorXml(error: AwsError, { claim, requestId }: Trace): string {
  const { code, message, status } = error;
  if (claim?.service === 's3')
    return xmlElement('Error', { Code: code, Message: message, RequestId: requestId });
  return xmlElement(
    'ErrorResponse',
    {
      Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message },
      RequestId: requestId,
    },
    SERVICES.get(claim?.service ?? 'sts')?.namespace,
  );
}

function record({ store, now }: Desk, trace: Trace, result: string, done: Done): void {
  const { claim, caller, eventName, params, requestId } = trace;
  const call: Omit<Call, 'seq'> = {
    at: new Date(now()).toISOString(),
    eventSource: `${claim?.service ?? 'sts'}.amazonaws.com`,
    eventName,
    region: claim?.region ?? '',
    accessKeyId: claim?.accessKeyId,
    principal: caller?.arn,
    sourceIdentity: caller?.session.sourceIdentity,
    resource: done.resource ?? params.get('RoleArn') ?? params.get('RoleName') ?? undefined,
    issued: done.issued,
    result,
    requestId,
  };
  store.record(call);
}

function signedRequest(request: FastifyRequest): SignedRequest {
  const [path = '/', query = ''] = (request.raw.url ?? '/').split(/\?(.*)/s);
  return {
    method: request.method,
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
      ),
    ),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

/** The query protocol's parameters, from a POST's form or a presigned GET. */
const paramsOf = ({ method, query, body }: SignedRequest): URLSearchParams =>
  method === 'POST' ? new URLSearchParams(body.toString('utf8')) : query;

const isListBuckets = ({ method, params }: FastifyRequest): boolean =>
  method === 'GET' &&
  !(typeof params === 'object' && params !== null && '*' in params && params['*']);
