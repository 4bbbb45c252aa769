/** The other side asked for a pause. Trying again after it is right; trying sooner makes it longer. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited';
  readonly retryAfterSeconds: number;

  constructor(what: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(`${what} asks for a pause of ${retryAfterSeconds} s`, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
