/** An answer of the Web API with `ok: false`. `messages` say where, as Slack's `response_metadata` does. */
export class SlackError extends Error {
  override readonly name = 'SlackError';
  readonly code: string;
  readonly messages: readonly string[];

  constructor(code: string, messages: readonly string[] = []) {
    super(messages.length === 0 ? code : `${code}: ${messages.join('; ')}`);
    this.code = code;
    this.messages = messages;
  }
}

/** What a person asked of a control that cannot be: who, where or which is unknown. */
export class Impossible extends Error {
  override readonly name = 'Impossible';
  readonly status: 404 | 409 | 422;

  constructor(status: 404 | 409 | 422, message: string) {
    super(message);
    this.status = status;
  }
}
