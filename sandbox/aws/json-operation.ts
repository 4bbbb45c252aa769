import type { z } from 'zod';
import type { Faults } from '../faults';
import type { AccountStore } from './account-store';
import { AwsError } from './aws-error';
import type { Caller } from './caller';
import type { CenterSeed } from './center-rows';
import type { CenterStore } from './center-store';
import type { SignedRequest } from './signature';

/** One verified call of the JSON 1.1 protocol. */
export interface JsonRequest {
  store: AccountStore;
  center: CenterStore;
  seed: CenterSeed;
  faults: Faults;
  caller: Caller;
  eventName: string;
  input: unknown;
}

/** The account that administers Identity Center. */
export const ownerOf = ({ roleArn }: CenterSeed): string => roleArn.split(':')[4] ?? '';

export type JsonOperation = (request: JsonRequest) => object;

/** Throws AWS's ValidationException, naming the field. */
export function readInput<T>(input: unknown, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AwsError(
    400,
    'ValidationException',
    `1 validation error detected: Value at '${issue?.path.join('.')}' failed to satisfy constraint: ${issue?.message}`,
  );
}

/** A page of a list, and AWS's token for the next. */
export function pageOf<T>(
  all: readonly T[],
  {
    MaxResults = 100,
    NextToken,
  }: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { page: T[]; next: { NextToken?: string } } {
  const start = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64').toString());
  if (!Number.isInteger(start) || start < 0)
    throw new AwsError(400, 'ValidationException', 'The NextToken is not one of ours.');
  const end = start + MaxResults;
  return {
    page: all.slice(start, end),
    next: end < all.length ? { NextToken: Buffer.from(String(end)).toString('base64') } : {},
  };
}

const CODES: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  Throttling: 'ThrottlingException',
  ServiceUnavailable: 'InternalServerException',
  ValidationError: 'ValidationException',
};

/** The error as this protocol says it. */
export const jsonError = ({ status, code, message }: AwsError) => ({
  // Only sign-in problems and outages have another status than 400 here.
  status: status >= 500 ? status : 400,
  body: { __type: CODES[code] ?? code, message, Message: message },
});

/** The operation that a call of the JSON protocol names; undefined for every other protocol. */
export const jsonTarget = ({ headers }: SignedRequest): string | undefined =>
  headers['content-type']?.startsWith('application/x-amz-json')
    ? headers['x-amz-target']
    : undefined;
