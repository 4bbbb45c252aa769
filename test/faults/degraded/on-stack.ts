import { randomUUID } from 'node:crypto';
import { CommandFailure } from '../../../cli/failure';
import { api } from '../../../cli/api-client';
import type { HandedOut } from '../run/evidence';
import * as hands from '../run/hands';
import type { Part as Plan } from '../run/plan';
import { persist } from '../run/pressing';
import { entryOf, type Site } from '../run/site';
import * as terminals from '../run/terminal';
import type { Outage, Scene } from './scene';
import type { Step } from './table';

/** Temporal is there and says nothing: stopped as a process, until it is let go on. */
export function onStack(site: Site): Outage {
  const { pid } = site.curfew.process('temporal');
  return {
    begin: async () => void process.kill(pid, 'SIGSTOP'),
    end: async () => void process.kill(pid, 'SIGCONT'),
    wasNeeded: () => true,
  };
}

const part = (change: Partial<Plan> = {}): Plan => ({
  who: 'Ada',
  role: 'owned-one',
  minutes: 10,
  story: 'granted',
  approvers: ['Carla'],
  ending: 'revoke',
  revoker: 'Emil',
  holdSeconds: 0,
  connects: true,
  ...change,
});

const always = async (): Promise<boolean> => true;

/** What people do, with their hands on all of Curfew. */
export const STACK_SCENES: Record<Step, (site: Site) => Promise<Scene>> = {
  async request(site) {
    const reason = `while Temporal is stopped ${randomUUID()}`;
    const opened = () =>
      site.ledger
        .entries({ kinds: ['request.opened'] })
        .some(({ data }) => data['reason'] === reason);
    return {
      async act() {
        const { closed, ...answer } = await site.curfew.submitRequest('Ada', {
          role: 'owned-one',
          duration: '5m',
          reason,
        });
        return { outcome: closed ? 'done' : 'pending', because: JSON.stringify(answer) };
      },
      isHeard: always,
      isDone: async () => opened(),
      isTold: always,
      isUsable: always,
    };
  },

  async approve(site) {
    const requestId = await hands.ask(site, part(), randomUUID());
    await persist('there is a card', () => hands.messageOf(site, 'Carla', requestId, 'card'));
    return {
      async act() {
        await hands.pressApprove(site, requestId, 'Carla');
        const reviewed = entryOf(site, requestId, 'request.reviewed') !== undefined;
        return reviewed
          ? { outcome: 'done' }
          : { outcome: 'pending', because: await lastWordTo(site, 'Carla') };
      },
      isHeard: always,
      isDone: async () => entryOf(site, requestId, 'request.reviewed') !== undefined,
      isTold: always,
      isUsable: always,
    };
  },

  async mint(site) {
    const { requestId, terminal } = await connected(site);
    return { ...minting(site, requestId, terminal), isUsable: always };
  },

  async rotate(site) {
    const { requestId, terminal } = await connected(site);
    const session = await handedOut(site, requestId, terminal);
    const { terminal: another } = await connectAgain(site, requestId);
    return {
      ...minting(site, requestId, another),
      isUsable: async () => isUsable(site, session),
    };
  },

  async 'natural end'(site) {
    const { requestId, terminal } = await connected(site, { minutes: 1 });
    const session = await handedOut(site, requestId, terminal);
    return {
      act: async () => ({ outcome: 'done' }),
      ...ending(site, requestId, session),
    };
  },

  async revoke(site) {
    const { requestId, terminal, grantId } = await connected(site);
    const session = await handedOut(site, requestId, terminal);
    return {
      async act() {
        try {
          const { closed, ...answer } = await site.curfew.revoke('Emil', grantId, 'practice');
          return { outcome: closed ? 'done' : 'pending', because: JSON.stringify(answer) };
        } catch (error) {
          return { outcome: 'refused', because: String(error) };
        }
      },
      ...ending(site, requestId, session),
    };
  },
};

async function connected(site: Site, change: Partial<Plan> = {}) {
  const asked = part({ role: 'open-one', approvers: [], ...change });
  const requestId = await hands.ask(site, asked, randomUUID());
  return connectAgain(site, requestId, asked);
}

async function connectAgain(site: Site, requestId: string, asked = part()) {
  const active = await hands.becomesActive(site, requestId, asked);
  if (active === 'over') throw new Error('it is over already');
  const terminal = await terminals.connect(site, requestId, asked, active);
  if (terminal === 'over') throw new Error('it is over already');
  return { requestId, terminal, grantId: terminal.caller.grantId };
}

async function handedOut(
  site: Site,
  requestId: string,
  terminal: terminals.Terminal,
): Promise<HandedOut> {
  const session = await terminals.mint(site, requestId, terminal);
  if (session === 'over') throw new Error('it is over already');
  return session;
}

function minting(site: Site, requestId: string, terminal: terminals.Terminal) {
  const count = () => site.ledger.entries({ requestId, kinds: ['mint.done'] }).length;
  const before = count();
  return {
    async act() {
      try {
        await api.credentials(terminal.caller);
        return { outcome: 'done' as const };
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        return { outcome: 'pending' as const, because: error.message };
      }
    },
    isHeard: always,
    isDone: async () => count() > before,
    isTold: always,
  };
}

const ending = (site: Site, requestId: string, session: HandedOut): Omit<Scene, 'act'> => ({
  isHeard: async () => entryOf(site, requestId, 'end.asked') !== undefined,
  isDone: async () => entryOf(site, requestId, 'end.observed') !== undefined,
  isTold: async () => (await hands.messageOf(site, 'Ada', requestId, 'ended')) !== undefined,
  isUsable: async () => isUsable(site, session),
});

const isUsable = async ({ curfew }: Site, { keys }: HandedOut): Promise<boolean> =>
  (await terminals.tryOn(`${curfew.url}/sandbox/aws`, keys)) === 'ok';

/** What stands newest before this person. */
const lastWordTo = (site: Site, who: string): Promise<string> =>
  persist('a sentence about it', async () => {
    const newest = (await site.curfew.messages(who)).at(-1)?.text ?? '';
    const shown = `${await site.curfew.modal(who)} ${newest}`;
    return /did not answer in time/.test(shown) ? shown : undefined;
  });
