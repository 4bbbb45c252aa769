import type { FastifyReply } from 'fastify';
import type { Outcome } from '../access/desk';
import type { Refused, Refusal } from '../access/refused';

export type Answer = { status: number; body: object; againSeconds?: number };

export const send = (reply: FastifyReply, { status, body, againSeconds }: Answer): FastifyReply =>
  (againSeconds === undefined ? reply : reply.header('retry-after', againSeconds))
    .code(status)
    .header('cache-control', 'no-store')
    .send(body);

export const said = ({ because, wouldPass }: Refused | Refusal): Refusal =>
  wouldPass === undefined ? { because } : { because, wouldPass };

export const malformed = (because: string, wouldPass: string): Answer => ({
  status: 400,
  body: { because, wouldPass },
});

export const notNow = (because: string): Answer => ({
  status: 503,
  body: { because, wouldPass: 'Try again in a few seconds.' },
  againSeconds: 2,
});

export const notDone = (outcome: Exclude<Outcome, { outcome: 'done' }>): Answer =>
  outcome.outcome === 'refused' ? { status: 403, body: said(outcome) } : notNow(outcome.because);
