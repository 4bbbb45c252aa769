import { randomBytes } from 'node:crypto';

/** An error as Okta's API answers it. */
export class OktaError extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, errorCode: string, errorSummary: string) {
    super(errorSummary);
    this.status = status;
    this.body = {
      errorCode,
      errorSummary,
      errorLink: errorCode,
      errorId: `oae${randomBytes(12).toString('base64url')}`,
      errorCauses: [],
    };
  }
}

export const notFound = (id: string, kind: 'User' | 'UserGroup'): OktaError =>
  new OktaError(404, 'E0000007', `Not found: Resource not found: ${id} (${kind})`);
export const badToken = (): OktaError => new OktaError(401, 'E0000011', 'Invalid token provided');
export const notAllowed = (): OktaError =>
  new OktaError(403, 'E0000006', 'You do not have permission to perform the requested action');
export const tooMany = (): OktaError =>
  new OktaError(429, 'E0000047', 'API call exceeded rate limit due to too many requests.');
export const notModifiable = (): OktaError =>
  new OktaError(
    400,
    'E0000087',
    'This operation is not allowed on a group that Okta did not make.',
  );
export const badSearch = (): OktaError =>
  new OktaError(400, 'E0000031', 'Invalid search criteria.');
