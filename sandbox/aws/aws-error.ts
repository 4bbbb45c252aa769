/** An answer of AWS that is an error: its code is what programs read, its message what people read. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

/** A parameter that breaks a constraint, in AWS's words. */
export const invalidParameter = (field: string, constraint: string): AwsError =>
  new AwsError(
    400,
    'ValidationError',
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${constraint}`,
  );
