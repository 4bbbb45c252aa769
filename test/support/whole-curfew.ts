import { z } from 'zod';
import { startStack, type Message, type Stack } from '../../bench/stack';
import type { Ledger, LedgerEntry, LedgerKind } from '../../access/ledger';
import { ledgerFile, openLedgerToRead } from '../../audit/ledger';
import { readLock } from '../../launch/lock';
import { isRunning, type ProcessIdentity } from '../../launch/process-identity';
import type { FaultOrder } from '../../sandbox/faults';
import type { PageState } from '../../sandbox/slack/page-wire';
import { callsWith } from './aws-calls';
import { curfew } from './curfew-cli';
import { eventually } from './eventually';

/** A whole machine may stand still for a while; whoever waits longer than this waits for something that never comes. */
const SLOWLY = { withinMs: 60_000, everyMs: 100 };
export const slowly = <T>(check: () => T | Promise<T>): Promise<T> => eventually(check, SLOWLY);

const TRIES = 5;
const NOT_IN_TIME = /operation_timeout|press the button again/;

const submitted = z.object({
  closed: z.boolean(),
  errors: z.record(z.string(), z.string()).optional(),
  error: z.string().optional(),
});

const processCredentials = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
});

const pending = z.object({ faults: z.array(z.object({ times: z.number() })) });

const health = z.object({
  status: z.string(),
  parts: z.record(z.string(), z.object({ ok: z.boolean(), endpoint: z.string().optional() })),
});

/** What `npm start` starts, and the people who use it. People are named by their first names. */
export interface WholeCurfew extends Stack {
  /** Fills in /request-access and sends it. */
  submitRequest: (who: string, what: Wanted) => Promise<z.infer<typeof submitted>>;
  /** The same, until its card is there. */
  request: (who: string, what: Wanted) => Promise<string>;
  /** Everything about one request that this person sees, of one kind (`card`, `waiting`, `active`, `ended`). */
  about: (requestId: string, who: string, kind: string) => Promise<Message[]>;
  /** The one message of this kind once it reads like this. Throws when there are more. */
  shows: (requestId: string, who: string, kind: string, words: string) => Promise<Message>;
  approve: (requestId: string, by?: string) => Promise<void>;
  /** Requested, approved and live. */
  grant: (who: string, what: Wanted) => Promise<string>;
  /** What the modal on top of this person's screen says. */
  modal: (who: string) => Promise<string>;
  /** Connects a command line of its own: code, words, Confirm. Resolves with the grant's id. */
  connect: (who: string, requestId: string, home: string) => Promise<string>;
  /** Calls to AWS with the credentials that this command line hands out now. */
  aws: (home: string, grantId: string) => Promise<ReturnType<typeof callsWith>>;
  revoke: (by: string, grantId: string, reason: string) => Promise<z.infer<typeof submitted>>;
  fault: (order: FaultOrder) => Promise<void>;
  /** How often faults will still strike. */
  faultsLeft: () => Promise<number>;
  healFaults: () => Promise<void>;
  health: () => Promise<{ code: number } & z.infer<typeof health>>;
  ledger: (filter: Parameters<Ledger['entries']>[0]) => LedgerEntry[];
  count: (requestId: string, ...kinds: LedgerKind[]) => number;
  process: (name: 'launcher' | 'temporal' | 'sandbox' | 'worker' | 'bot') => ProcessIdentity;
  /** `kill -9`, and waits until it is gone. */
  kill: (...names: Parameters<WholeCurfew['process']>[0][]) => Promise<void>;
  /** All parts answer, and a process of this name other than `before` runs. */
  isBack: (name: 'worker' | 'bot', before: ProcessIdentity) => Promise<void>;
}

export interface Wanted {
  role?: string;
  duration?: string;
  /** Unique: it tells one card from another. */
  reason: string;
}

/** Starts everything on this folder; `env` is what a person would set. Stop it, or kill every part of it. */
export async function startCurfew(
  data: string,
  env: NodeJS.ProcessEnv = {},
  root?: string,
): Promise<WholeCurfew> {
  const stack = await startStack({ data, env, ...(root !== undefined && { root }) });
  const { url, control, messages } = stack;
  const ask = (where: string, init?: RequestInit) => fetch(`${url}${where}`, init);

  const whole: WholeCurfew = {
    ...stack,
    async stop() {
      await stack.stop();
      // What a killed launcher left behind.
      const left = Object.values(readLock(data)?.children ?? {}).filter(isRunning);
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
    },
    async submitRequest(who, what) {
      await control('command', { user: who, command: '/request-access' });
      return submitted.parse(await control('submit', { user: who, values: valuesOf(what) }));
    },
    async request(who, what) {
      let answer = await whole.submitRequest(who, what);
      // Pressed again, as the form then asks: it is the same request.
      for (let time = 1; time < TRIES && NOT_IN_TIME.test(JSON.stringify(answer)); time += 1)
        answer = submitted.parse(await control('submit', { user: who, values: valuesOf(what) }));
      if (!answer.closed) throw new Error(JSON.stringify(answer));
      return slowly(async () => {
        const cards = (await messages('Carla')).filter(
          ({ text, metadata }) => metadata?.kind === 'card' && text.includes(what.reason),
        );
        return only(cards, `card about "${what.reason}"`).metadata?.requestId ?? '';
      });
    },
    about: async (requestId, who, kind) =>
      (await messages(who)).filter(
        ({ metadata }) => metadata?.requestId === requestId && metadata.kind === kind,
      ),
    shows: (requestId, who, kind, words) =>
      slowly(async () => {
        const message = only(await whole.about(requestId, who, kind), kind);
        if (!message.text.includes(words))
          throw new Error(`The ${kind} does not say "${words}" but: ${message.text}`);
        return message;
      }),
    async approve(requestId, by = 'Carla') {
      const { ts } = only(await whole.about(requestId, by, 'card'), 'card');
      await control('click', { user: by, button: 'Approve', where: 'messages', message: ts });
    },
    async grant(who, what) {
      const requestId = await whole.request(who, what);
      await whole.approve(requestId);
      await whole.shows(requestId, who, 'active', 'Yours until');
      return requestId;
    },
    async modal(who) {
      const { modals } = (await (await ask(`/sandbox/page/state?user=${who}`)).json()) as PageState;
      return JSON.stringify(modals.at(-1) ?? {});
    },
    async connect(who, requestId, home) {
      const { ts } = await whole.shows(requestId, who, 'active', 'Yours until');
      await control('click', { user: who, button: 'Connect', where: 'messages', message: ts });
      const code = await slowly(async () =>
        found(await whole.modal(who), /curfew connect ([\w-]+)/),
      );
      const terminal = curfew({ home, url }, 'connect', code, '--json');
      const words = await terminal.says('Words: ');
      await slowly(async () => found(await whole.modal(who), new RegExp(`"(${words})"`)));
      await control('click', { user: who, button: 'Confirm', where: 'modal' });
      const { code: exitCode, out, err } = await terminal.ended;
      if (exitCode !== 0) throw new Error(err);
      return z.object({ grant: z.string() }).parse(JSON.parse(out)).grant;
    },
    async aws(home, grantId) {
      const { code, out, err } = await curfew({ home, url }, 'credentials', grantId).ended;
      if (code !== 0) throw new Error(err);
      const keys = processCredentials.parse(JSON.parse(out));
      return callsWith(`${url}/sandbox/aws`, {
        accessKeyId: keys.AccessKeyId,
        secretAccessKey: keys.SecretAccessKey,
        sessionToken: keys.SessionToken,
      });
    },
    async revoke(by, grantId, reason) {
      await control('command', { user: by, command: '/revoke' });
      const values = { Grant: grantId, Reason: reason };
      // The menu may not know a grant of this very moment yet.
      return slowly(async () => submitted.parse(await control('submit', { user: by, values })));
    },
    async fault(order) {
      const answer = await ask('/sandbox/faults', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async faultsLeft() {
      const { faults } = pending.parse(await (await ask('/sandbox/faults')).json());
      return faults.reduce((sum, { times }) => sum + times, 0);
    },
    async healFaults() {
      await ask('/sandbox/faults', { method: 'DELETE' });
    },
    async health() {
      const answer = await ask('/healthz');
      return { code: answer.status, ...health.parse(await answer.json()) };
    },
    ledger(filter) {
      const ledger = openLedgerToRead(ledgerFile(data));
      try {
        return ledger.entries(filter);
      } finally {
        ledger.close();
      }
    },
    count: (requestId, ...kinds) => whole.ledger({ requestId, kinds }).length,
    process(name) {
      const lock = readLock(data);
      const identity = name === 'launcher' ? lock?.launcher : lock?.children[name];
      if (!identity) throw new Error(`Nothing called ${name} runs on ${data}.`);
      return identity;
    },
    async kill(...names) {
      const victims = names.map((name) => whole.process(name));
      for (const victim of victims) if (isRunning(victim)) process.kill(victim.pid, 'SIGKILL');
      await slowly(() => {
        if (victims.some(isRunning)) throw new Error('a killed process is still there');
      });
    },
    isBack: (name, before) =>
      slowly(async () => {
        if (whole.process(name).pid === before.pid) throw new Error(`no new ${name}`);
        const { code } = await whole.health();
        if (code !== 200) throw new Error(`/healthz answers ${code}`);
      }),
  };
  return whole;
}

const valuesOf = ({ role = 'staging-admin', duration = '30m', reason }: Wanted) => ({
  Role: role,
  Duration: duration,
  Reason: reason,
});

function only<T>(list: readonly T[], what: string): T {
  const [first] = list;
  if (first === undefined || list.length > 1)
    throw new Error(`There should be one ${what}, and there are ${list.length}.`);
  return first;
}

function found(text: string, pattern: RegExp): string {
  const match = pattern.exec(text)?.[1];
  if (match === undefined) throw new Error(`${pattern.source} is not in ${text}`);
  return match;
}
