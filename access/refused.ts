/**
 * Trying again will not help, and the message is written for the person who asked.
 * Everything else that is thrown is a fault: retried and logged.
 */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** What is wrong, in a sentence. Never holds a secret. */
  readonly because: string;
  /** The nearest thing that would pass, in a sentence. */
  readonly wouldPass: string | undefined;

  constructor(because: string, wouldPass?: string, options?: ErrorOptions) {
    super(wouldPass === undefined ? because : `${because} ${wouldPass}`, options);
    this.because = because;
    this.wouldPass = wouldPass;
  }
}

/** The same as data, for what crosses a process boundary. */
export interface Refusal {
  because: string;
  wouldPass?: string;
}

export const refusal = (refused: Refused): Refusal =>
  refused.wouldPass === undefined
    ? { because: refused.because }
    : { because: refused.because, wouldPass: refused.wouldPass };
