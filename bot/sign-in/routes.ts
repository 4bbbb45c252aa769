import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Refused } from '../../access/refused';
import {
  signedIn,
  signInFlow,
  type Freshness,
  type SignedIn,
  type SignIn,
} from '../../access/sign-in';
import type { BrowserSeal } from '../../keys/browser-seal';
import type { BotLog } from '../front';
import { messageOf } from '../private-answer';
import { newSecret, type Offer, type Offers } from './offers';
import { confirmPage, donePage, refusedPage, STYLE, type Row } from './page';

/** What one link was given for: what to show of it, and what to do when it is confirmed. */
export interface Errand {
  /** How fresh the sign-in must be; undefined: a session at the directory will do. */
  fresh?: Freshness;
  /** Throws {@link Refused} when whoever signed in may not do this. */
  show(said: SignedIn): Promise<{ title: string; rows: Row[]; warning: string; button: string }>;
  /** Does it; safe to call twice with the same attempt. */
  act(said: SignedIn, attempt: string): Promise<{ title: string; sentence: string }>;
  /** Tells those whom it concerns that somebody signed in who may not do this. */
  refused(said: SignedIn, because: string): Promise<void>;
}

export interface SignInPages {
  signIn: SignIn;
  offers: Offers;
  seal: BrowserSeal;
  /** Where people reach these pages, without a path. */
  publicUrl: string;
  errandOf: (offer: Offer) => Errand;
  log: BotLog;
}

const FLOW_SECONDS = 600;
const CONFIRM_SECONDS = 300;

/** Text and styles from here alone, no script, no frame; the address of a page goes nowhere else. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

const begun = z.object({ token: z.string(), flow: signInFlow });
const waiting = z.object({ token: z.string(), said: signedIn, attempt: z.string() });

/**
 * The pages of a sign-in: begin (from a link in Slack) → the directory → callback → confirm. Nothing is done before the
 * last one's button is pressed, in the browser that began.
 */
export async function registerSignIn(app: FastifyInstance, pages: SignInPages): Promise<void> {
  const { signIn, offers, seal, errandOf, log } = pages;
  const origin = new URL(pages.publicUrl).origin;
  const secure = origin.startsWith('https:');
  const cookieName = secure ? '__Secure-curfew-sign-in' : 'curfew-sign-in';

  const keep = (reply: FastifyReply, value: string, seconds: number) =>
    reply.header(
      'set-cookie',
      `${cookieName}=${value}; Path=/sign-in; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`,
    );
  const show = (reply: FastifyReply, status: number, page: string) =>
    reply.code(status).type('text/html; charset=utf-8').send(page);
  const kept = <T>(request: FastifyRequest, purpose: string, shape: z.ZodType<T>) =>
    seal.open(purpose, cookieOf(request, cookieName), shape);

  // The addresses hold secrets for ten minutes, so Fastify's own lines about requests stay silent.
  await app.register(
    async (inside) => {
      inside.addHook('onRequest', async (_request, reply) => void reply.headers(HEADERS));
      inside.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string', bodyLimit: 4096 },
        (_request, body, done) =>
          done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
      );
      inside.setErrorHandler(async (error, _request, reply) => {
        if (error instanceof Refused)
          return show(reply, 403, refusedPage(error.because, error.wouldPass));
        log.error({ error: messageOf(error) }, 'a sign-in broke off');
        return show(
          reply,
          503,
          refusedPage(
            'Curfew or the company directory’s sign-in does not answer just now.',
            'Try again in a moment, from Slack.',
          ),
        );
      });

      inside.get('/style.css', async (_request, reply) => reply.type('text/css').send(STYLE));

      inside.get('/begin', async (request, reply) => {
        const { offer: token } = beginQuery.parse(request.query);
        const offer = offers.find(token);
        const { url, flow } = await signIn.begin(errandOf(offer).fresh);
        keep(reply, await seal.seal('begun', { token, flow }, FLOW_SECONDS), FLOW_SECONDS);
        return reply.redirect(url, 303);
      });

      inside.get('/callback', async (request, reply) => {
        const state = await kept(request, 'begun', begun);
        if (!state) throw notBegunHere();
        // Whatever comes of it: the same answer is not taken twice.
        keep(reply, '', 0);
        const errand = errandOf(offers.find(state.token));
        const said = await signIn.finish(state.flow, new URL(request.url, origin).search.slice(1));
        try {
          await errand.show(said);
        } catch (error) {
          if (error instanceof Refused) {
            offers.refuse(state.token, said.subject, error.because);
            await errand.refused(said, error.because);
          }
          throw error;
        }
        const next = { token: state.token, said, attempt: newSecret() };
        reply.removeHeader('set-cookie');
        keep(reply, await seal.seal('waiting', next, CONFIRM_SECONDS), CONFIRM_SECONDS);
        return reply.redirect('/sign-in/confirm', 303);
      });

      inside.get('/confirm', async (request, reply) => {
        const state = await kept(request, 'waiting', waiting);
        if (!state) throw notBegunHere();
        const errand = errandOf(offers.find(state.token, state.attempt));
        const shown = await errand.show(state.said);
        return show(reply, 200, confirmPage({ ...shown, csrf: state.attempt }));
      });

      inside.post('/confirm', async (request, reply) => {
        const state = await kept(request, 'waiting', waiting);
        if (!state) throw notBegunHere();
        const from = request.headers.origin;
        const { csrf } = confirmForm.parse(request.body ?? {});
        if ((from !== undefined && from !== origin) || !same(csrf, state.attempt))
          throw new Refused('This was not pressed on Curfew’s own page.', 'Begin again in Slack.');
        const errand = errandOf(offers.find(state.token, state.attempt));
        // Once more, because minutes may have passed; not when this very press was taken and only its answer was lost.
        if (!offers.isUsed(state.token)) await errand.show(state.said);
        offers.use(state.token, state.attempt, state.said.subject);
        const done = await errand.act(state.said, state.attempt);
        return show(reply, 200, donePage(done.title, done.sentence));
      });
    },
    { prefix: '/sign-in', logLevel: 'silent' },
  );
}

const beginQuery = z.object({ offer: z.string().max(100).catch('') });
const confirmForm = z.object({ csrf: z.string().max(100).catch('') });

const notBegunHere = (): Refused =>
  new Refused(
    'This browser has not begun a sign-in, or began it too long ago.',
    'Begin again in Slack, and stay in one browser.',
  );

const same = (one: string, other: string): boolean => {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const cookieOf = ({ headers }: FastifyRequest, name: string): string =>
  (headers.cookie ?? '')
    .split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? '';
