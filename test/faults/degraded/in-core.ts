import { becomes, type Core } from '../../support/core';
import { connectedReceiver, liveGrant, mintedKey } from '../../support/in-core';
import type { Outage, Scene } from './scene';
import type { Part, Step } from './table';

const DOWN = new Error('this part is down');

/** Every call to the part fails, and is counted. */
export function outageInCore(core: Core, part: Exclude<Part, 'Temporal'>): Outage {
  let failed = 0;
  const fail = async (): Promise<never> => {
    failed += 1;
    throw DOWN;
  };
  const { deps } = core;
  const { messenger, directory, people, sessions, probe, revocations } = deps;
  const broken: Record<typeof part, () => void> = {
    Slack: () => {
      deps.messenger = {
        find: fail,
        postCard: fail,
        repaintCard: fail,
        tell: fail,
        repaintNotice: fail,
        remind: fail,
        postTask: fail,
        repaintTask: fail,
        tellAway: fail,
        showCut: fail,
        repaintCut: fail,
        showQuarantine: fail,
        repaintQuarantine: fail,
        alarm: fail,
      };
    },
    directory: () => {
      deps.directory = { person: fail, byEmail: fail, members: fail };
      deps.people = { identify: fail };
    },
    STS: () => {
      deps.sessions = { mint: fail };
      deps.probe = { look: fail, canaryOfNow: fail };
    },
    'IAM control plane': () => {
      deps.revocations = { read: fail, write: fail };
    },
  };
  return {
    begin: async () => broken[part](),
    end: async () => {
      Object.assign(deps, { messenger, directory, people, sessions, probe, revocations });
    },
    wasNeeded: () => failed > 1,
  };
}

const always = async (): Promise<boolean> => true;

/** What people do, on the real workflows. */
export const SCENES: Record<Step, (core: Core) => Promise<Scene>> = {
  async request(core) {
    let requestId = '';
    const has = hasKind(core, () => requestId);
    return {
      act: async () => {
        requestId = await core.request('ada', 'staging-admin');
        return { outcome: 'done' };
      },
      isHeard: () => has('request.opened'),
      isDone: () => has('request.decided'),
      isTold: async () => core.messenger.cards(requestId).length === 1,
      isUsable: always,
    };
  },

  async approve(core) {
    const requestId = await core.request('ada', 'staging-admin');
    await becomes(core, requestId, 'waiting');
    await core.desk.request(requestId);
    const has = hasKind(core, () => requestId);
    await waitForCard(core, requestId);
    return {
      act: () => core.review('carla', requestId),
      isHeard: () => has('request.reviewed'),
      isDone: async () => (await core.stateOf(requestId)) === 'active',
      isTold: async () => hasNotice(core, requestId, 'active'),
      isUsable: always,
    };
  },

  async mint(core) {
    const grant = await liveGrant(core);
    const receiver = await connectedReceiver(core, grant);
    const has = hasKind(core, () => grant.requestId);
    return {
      act: receiver.mint,
      isHeard: always,
      isDone: () => has('mint.done'),
      isTold: always,
      isUsable: always,
    };
  },

  async rotate(core) {
    const grant = await liveGrant(core);
    const key = await mintedKey(core, grant);
    // Another terminal: the same one gets its last session again for a minute.
    const receiver = await connectedReceiver(core, grant);
    const minted = () =>
      core.ledger.entries({ requestId: grant.requestId, kinds: ['mint.done'] }).length;
    return {
      act: receiver.mint,
      isHeard: always,
      isDone: async () => minted() > 1,
      isTold: always,
      isUsable: async () => core.aws.isAllowed(key),
    };
  },

  async 'natural end'(core) {
    const grant = await liveGrant(core, { leftMs: 4_000 });
    const key = await mintedKey(core, grant);
    return { act: async () => ({ outcome: 'done' }), ...ending(core, grant.requestId, key) };
  },

  async revoke(core) {
    const grant = await liveGrant(core);
    const key = await mintedKey(core, grant);
    return {
      act: () => core.stop('emil', grant.requestId, 'revoke', 'practice'),
      ...ending(core, grant.requestId, key),
    };
  },
};

const ending = (core: Core, requestId: string, key: string): Omit<Scene, 'act'> => {
  const has = hasKind(core, () => requestId);
  return {
    isHeard: () => has('end.asked'),
    isDone: () => has('end.observed'),
    isTold: async () => hasNotice(core, requestId, 'ended'),
    isUsable: async () => core.aws.isAllowed(key),
  };
};

const hasKind = (core: Core, requestId: () => string) => async (kind: string) =>
  core.kindsOf(requestId()).some((one) => one === kind);

const hasNotice = (core: Core, requestId: string, kind: string): boolean =>
  core.messenger.notices(requestId).some((notice) => notice.kind === kind);

async function waitForCard(core: Core, requestId: string): Promise<void> {
  while (core.messenger.cards(requestId).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
