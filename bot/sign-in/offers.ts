import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { grantId, requestId } from '../../access/ids';
import type { Ledger } from '../../access/ledger';
import { chatUser } from '../../access/person';
import { Refused } from '../../access/refused';
import { accessRequest } from '../../access/request';

const OFFER_SECONDS = 600;

/** What a person was sent to sign in for. */
export const offer = z.discriminatedUnion('purpose', [
  z.object({ purpose: z.literal('link'), by: chatUser }),
  z.object({
    purpose: z.literal('approve'),
    by: chatUser,
    requestId,
    termsHash: z.string(),
    role: z.string(),
    durationMinutes: z.int().positive().optional(),
    scope: z.string().optional(),
    reason: z.string().optional(),
  }),
  z.object({
    purpose: z.literal('connect'),
    by: chatUser,
    requestId,
    grantId,
    words: z.string(),
    role: z.string(),
  }),
  z.object({
    purpose: z.literal('breakGlass'),
    by: chatUser,
    request: accessRequest.omit({ submittedAt: true }),
  }),
]);
export type Offer = z.infer<typeof offer>;

const offered = z.object({ expiresAt: z.iso.datetime(), offer });

/**
 * Links that one chat user was given, each good for one sign-in within ten minutes. On record, so that every process
 * knows them and none comes back after a restart; only their hashes are.
 */
export class Offers {
  readonly #ledger: Ledger;
  readonly #now: () => Date;

  constructor(ledger: Ledger, now: () => Date) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /** The secret of a new link. */
  make(made: Offer): string {
    const token = newSecret();
    const at = this.#now();
    this.#ledger.append({
      kind: 'signin.offered',
      key: `signin.offered:${hashOf(token)}`,
      at: at.toISOString(),
      actor: actorOf(made),
      data: {
        expiresAt: new Date(at.getTime() + OFFER_SECONDS * 1000).toISOString(),
        offer: z.json().parse(JSON.parse(JSON.stringify(made))),
      },
    });
    return token;
  }

  /** Throws {@link Refused} unless it was made, is not over, and was used by nobody but this attempt. */
  find(token: string, attempt?: string): Offer {
    const [entry] = this.#ledger.entries({ key: `signin.offered:${hashOf(token)}`, limit: 1 });
    if (!entry) throw new Refused('This link is none of Curfew’s.', AGAIN);
    const made = offered.parse(entry.data);
    const [used] = this.#ledger.entries({ key: `signin.used:${hashOf(token)}`, limit: 1 });
    if (used && used.data['attempt'] !== hashOf(attempt ?? ''))
      throw new Refused('This link was used already; it works once.', AGAIN);
    if (!used && Date.parse(made.expiresAt) <= this.#now().getTime())
      throw new Refused('This link is over; it works for ten minutes.', AGAIN);
    return made.offer;
  }

  /** Was it used, by whatever attempt? */
  isUsed = (token: string): boolean =>
    this.#ledger.entries({ key: `signin.used:${hashOf(token)}`, limit: 1 }).length > 0;

  /** Uses it up. The same attempt may do so again, because its answer may have been lost. */
  use(token: string, attempt: string, subject: string): Offer {
    const made = this.find(token, attempt);
    const used = this.#ledger.append({
      kind: 'signin.used',
      key: `signin.used:${hashOf(token)}`,
      at: this.#now().toISOString(),
      actor: subject,
      data: { attempt: hashOf(attempt), purpose: made.purpose, by: { ...made.by } },
    });
    if (used.data['attempt'] !== hashOf(attempt))
      throw new Refused('This link was used already; it works once.', AGAIN);
    return made;
  }

  /** Puts on record that somebody signed in who may not use it. */
  refuse(token: string, subject: string, because: string): void {
    const { by, purpose } = this.find(token);
    this.#ledger.append({
      kind: 'signin.refused',
      key: `signin.refused:${hashOf(token)}:${hashOf(subject).slice(0, 22)}`,
      at: this.#now().toISOString(),
      actor: subject,
      data: { because, purpose, by: { ...by } },
    });
  }
}

const AGAIN = 'Begin again in Slack.';

export const newSecret = (): string => randomBytes(32).toString('base64url');

export const hashOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');

const actorOf = ({ by }: Offer): string => `chat:${by.workspace}:${by.user}`;
