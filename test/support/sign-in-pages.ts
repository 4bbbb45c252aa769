import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { WebClient } from '@slack/web-api';
import Fastify from 'fastify';
import { exportJWK, generateKeyPair } from 'jose';
import { STEP_UP_ACTS } from '../../access/catalog';
import type { ChatUser } from '../../access/chat-user';
import type { ChatProfiles } from '../../access/person';
import { openLedger } from '../../audit/ledger';
import { createSignInDesk } from '../../bot/sign-in/desk';
import { Offers } from '../../bot/sign-in/offers';
import { registerSignIn } from '../../bot/sign-in/routes';
import { createPeople, type LinkOptions } from '../../identity/link';
import { createBrowserSeal } from '../../keys/browser-seal';
import { PEOPLE, WORKSPACE } from '../../sandbox/people';
import { EXAMPLE_ROLES, exampleCatalog } from './example-catalog';
import { createInMemoryDesk } from './in-memory-desk';
import { inMemoryDirectory } from './in-memory-directory';
import type { StartedSignIn } from './sign-in-stand-in';

const edgeKey = generateKeyPair('EdDSA', { extractable: true }).then(({ privateKey }) =>
  exportJWK(privateKey),
);

export const chat = (user: string): ChatUser => ({ workspace: WORKSPACE.id, user });

/** The pages of one process of the bot. Two with the same `file` share the record, as two processes do. */
export async function startPages(
  standIn: StartedSignIn,
  folder: string,
  changes: Partial<Pick<LinkOptions, 'match' | 'mapping'>> & { file?: string } = {},
) {
  const { file = path.join(folder, `${randomUUID()}.db`), ...link } = changes;
  const clock = { ms: 0 };
  const now = () => new Date(Date.now() + clock.ms);
  const ledger = openLedger(file);
  const directory = inMemoryDirectory(
    PEOPLE.map(({ directoryId, name, email, groups, active }) => ({
      id: directoryId,
      name,
      emails: [email],
      groups,
      active,
    })),
  );
  const slack = new Map<string, Awaited<ReturnType<ChatProfiles['profile']>>>(
    PEOPLE.map(({ id, name, email }) => [id, { name, email, kind: 'member' }]),
  );
  const linking = createPeople({
    directory,
    ledger,
    profiles: { profile: async ({ user }) => slack.get(user) ?? { name: '', kind: 'stranger' } },
    match: 'sign-in',
    now,
    ...link,
  });
  const told: { to: string; text: string }[] = [];
  const logged: string[] = [];
  const client = new WebClient();
  client.users.info = async () => ({ ok: true });
  client.auth.test = async () => ({ ok: true, team: WORKSPACE.name });
  client.chat.postMessage = async (message) => {
    told.push({
      to: String(message?.channel),
      text: message && 'text' in message ? String(message.text) : '',
    });
    return { ok: true };
  };
  const note = (data: object, message: string) =>
    void logged.push(`${message} ${JSON.stringify(data)}`);
  const log = { info: note, warn: note, error: note };
  const offers = new Offers(ledger, now);
  const publicUrl = new URL(standIn.redirectUri).origin;
  const frontDesk = createInMemoryDesk(now);
  const desk = createSignInDesk({
    linking,
    people: linking,
    offers,
    publicUrl,
    client,
    log,
    ledger,
    now,
    desk: frontDesk,
    catalog: exampleCatalog(
      EXAMPLE_ROLES.map((role) =>
        role.id === 'prod-admin'
          ? { ...role, stepUp: { before: STEP_UP_ACTS, maxAgeSeconds: 300, acr: ['phr'] } }
          : role,
      ),
    ),
    signer: { sign: async (statement) => ({ statement, seal: 'sealed' }) },
  });
  const app = Fastify({ logger: { stream: { write: (line) => void logged.push(line) } } });
  await registerSignIn(app, {
    signIn: standIn.signIn(),
    offers,
    seal: createBrowserSeal(await edgeKey, now),
    publicUrl,
    errandOf: desk.errandOf,
    log,
  });
  return {
    file,
    clock,
    ledger,
    directory,
    slack,
    linking,
    desk,
    frontDesk,
    told,
    logged,
    browser: () => browserOn(app, publicUrl),
    async close() {
      await app.close();
      ledger.close();
    },
  };
}
export type Pages = Awaited<ReturnType<typeof startPages>>;

/** A browser with a cookie jar, on these pages alone. */
function browserOn(app: ReturnType<typeof Fastify>, publicUrl: string) {
  let cookie = '';
  const ask = async (
    method: 'GET' | 'POST',
    url: string,
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ) => {
    const answer = await app.inject({
      method,
      url: url.replace(publicUrl, ''),
      headers: {
        ...(cookie && { cookie }),
        ...(form && {
          'content-type': 'application/x-www-form-urlencoded',
          origin: publicUrl,
        }),
        ...headers,
      },
      ...(form && { payload: new URLSearchParams(form).toString() }),
    });
    const set = answer.headers['set-cookie'];
    if (typeof set === 'string') cookie = set.split(';')[0]?.replace(/^[^=]+=$/, '') ?? '';
    return {
      status: answer.statusCode,
      location: answer.headers.location ?? '',
      headers: answer.headers,
      body: answer.body,
      csrf: /name="csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? '',
    };
  };
  return {
    get: (url: string) => ask('GET', url),
    post: (form: Record<string, string>, headers?: Record<string, string>) =>
      ask('POST', '/sign-in/confirm', form, headers),
    cookie: () => cookie,
    setCookie: (text: string) => void (cookie = text),
  };
}
export type Browser = ReturnType<Pages['browser']>;
