/**
 * An outside part could not do what was asked, and trying again may help. Says which part and what
 * to look at, never holds a secret; carries no `cause`, because vendors quote requests in theirs.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  /** How long that part asked us to wait, in seconds, when it said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, retryAfterSeconds?: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
