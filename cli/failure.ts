/** Why a command ends, and with which exit code. The message is for the person. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  /** 1 refused, 2 wrong usage or not there yet, 3 a part cannot be reached. */
  readonly code: 1 | 2 | 3;
  /** The server says to ask again in a moment. */
  readonly isForNow: boolean = false;

  constructor(code: 1 | 2 | 3, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
