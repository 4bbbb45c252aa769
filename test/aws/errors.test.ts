import { describe, expect, test } from '@jest/globals';
import { RateLimited } from '../../access/rate-limited';
import { awsCode, awsFault } from '../../aws/errors';

const thrown = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });

describe('what the SDK threw', () => {
  test.each([
    ['AccessDenied', thrown('AccessDenied', 'no')],
    ['AccessDenied', thrown('AccessDeniedException', 'no')],
    ['InvalidAuthorizationMessage', thrown('InvalidAuthorizationMessageException', 'no')],
    ['ECONNREFUSED', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })],
    ['Unknown', 'a string'],
  ])('is known by its code: %s', (code, error) => {
    expect(awsCode(error)).toBe(code);
  });

  test('keeps what helps', () => {
    const error = thrown('NoSuchEntityException', 'The role with name x cannot be found.', {
      $metadata: { requestId: '42' },
    });
    expect(awsFault(error, 'Writing').message).toBe(
      'Writing failed with NoSuchEntity: The role with name x cannot be found. (request 42)',
    );
  });

  test('does not repeat a canonical request, which holds the session token, not even as cause', () => {
    const error = thrown('SignatureDoesNotMatch', 'should have been x-amz-security-token:SECRET');
    const fault = awsFault(error, 'Writing');
    expect(fault.message).toBe('Writing failed with SignatureDoesNotMatch');
    expect(`${fault.stack} ${String(fault.cause)}`).not.toContain('SECRET');
  });

  test('is a pause when AWS says how long', () => {
    const error = thrown('ThrottlingException', 'Rate exceeded', {
      $response: { headers: { 'retry-after': '7' } },
    });
    expect(awsFault(error, 'Writing')).toBeInstanceOf(RateLimited);
    expect(awsFault(error, 'Writing')).toMatchObject({ retryAfterSeconds: 7 });
  });

  test('is translated once', () => {
    const fault = awsFault(thrown('Throttling', 'Rate exceeded'), 'Inside');
    expect(awsFault(fault, 'Outside')).toBe(fault);
  });
});
