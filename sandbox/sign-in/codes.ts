import { createHash, randomBytes } from 'node:crypto';

const CODE_MS = 60_000;

/** What one code stands for. */
export interface Grant {
  redirectUri: string;
  challenge: string;
  nonce: string | undefined;
  subject: string;
  authTime: number;
  acr: string;
}

/** Authorization codes: each good once, for a minute. In memory, as a restart ends what was under way. */
export class Codes {
  readonly #grants = new Map<string, Grant & { until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(grant: Grant): string {
    const code = randomBytes(24).toString('base64url');
    this.#grants.set(code, { ...grant, until: this.#now() + CODE_MS });
    return code;
  }

  /** Uses the code up, whatever comes of it. Undefined unless everything fits. */
  redeem(code: string, redirectUri: string, verifier: string): Grant | undefined {
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    if (!grant || grant.until < this.#now() || grant.redirectUri !== redirectUri) return undefined;
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    return challenge === grant.challenge ? grant : undefined;
  }
}
