import { randomBytes } from 'node:crypto';
import type { SessionScope } from '../../access/catalog';
import { plainSecond } from '../../access/fence';
import type { SessionCredentials } from '../../access/grant';
import { ListFull } from '../../access/list-full';
import type {
  ListContent,
  Probe,
  RevocationLists,
  RoleSessions,
  Sighting,
  Target,
} from '../../access/session';

interface Session {
  accessKeyId: string;
  name: string;
  role: string;
  region: string;
  fence: number;
  scope?: string;
  /** Whole seconds, as AWS keeps them. */
  issuedAt: number;
}

/** What stands in one role's list. */
interface Listed {
  grantIds: Set<string>;
  issuedBefore: Set<string>;
}

/** A small AWS: sessions with fences, one revocation list a role, and switches for what may go wrong. */
export function inMemoryAws() {
  const sessions: Session[] = [];
  const lists = new Map<string, Listed>();
  const listOn = (arn: string): Listed =>
    lists.get(arn) ?? { grantIds: new Set(), issuedBefore: new Set() };
  const state = {
    writes: 0,
    /** How many grants fit on a list. */
    capacity: Infinity,
    /** What a write says about the room that the role's inline policies take, of 10,240. */
    usedCharacters: 0,
    /** Throws out of the named operation while set. */
    broken: undefined as { mint?: Error; write?: Error; look?: Error } | undefined,
    /** A role that denies everybody, the control too. */
    deniesAll: false,
    /** When false, the list is written but nothing is denied by it yet. */
    propagated: true,
    /** Regions that do not follow the list yet. */
    lagging: new Set<string>(),
    /** Regions that deny everybody, the control too. */
    deaf: new Set<string>(),
  };

  const allows = (session: Session): boolean =>
    !state.deniesAll &&
    !state.deaf.has(session.region) &&
    Date.now() < session.fence &&
    !(state.propagated && !state.lagging.has(session.region) && isListed(session));
  const isListed = ({ role, name, issuedAt }: Session): boolean => {
    const { grantIds, issuedBefore } = listOn(role);
    return grantIds.has(name) || [...issuedBefore].some((at) => issuedAt < Date.parse(at));
  };

  const mint = (
    name: string,
    target: Target,
    fence: string,
    scope?: SessionScope,
  ): SessionCredentials => {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const { arn: role, region } = target;
    const issuedAt = Math.floor(Date.now() / 1000) * 1000;
    sessions.push({
      accessKeyId,
      name,
      role,
      region,
      fence: Date.parse(fence),
      issuedAt,
      ...(scope && { scope: scope.name }),
    });
    return {
      accessKeyId,
      secretAccessKey: 'clear-secret',
      sessionToken: 'clear-token',
      expiration: fence,
    };
  };

  const roleSessions: RoleSessions = {
    async mint({ target, grantId, fence, scope }) {
      if (state.broken?.mint) throw state.broken.mint;
      const session = mint(grantId, target, fence, scope);
      return { ...session, issuedAt: issuedAt(session.accessKeyId) };
    },
  };

  const revocations: RevocationLists = {
    async write(target, entries, purge = [], issuedBefore) {
      if (state.broken?.write) throw state.broken.write;
      const there = listOn(target.arn);
      const kept = [...there.grantIds].filter((id) => !purge.includes(id));
      const grantIds = new Set([...kept, ...entries.map(({ grantId }) => grantId)]);
      if (grantIds.size > state.capacity) throw new ListFull(`${grantIds.size} do not fit`);
      const before = [...there.issuedBefore].filter((at) => !purge.includes(at));
      if (issuedBefore !== undefined) before.push(issuedBefore);
      state.writes += 1;
      lists.set(target.arn, { grantIds, issuedBefore: new Set(before) });
      return {
        ...contentOf(target.arn),
        writtenAt: new Date().toISOString(),
        usedCharacters: state.usedCharacters,
        maxCharacters: 10_240,
      };
    },
    async read(target) {
      return contentOf(target.arn);
    },
  };
  const contentOf = (arn: string): ListContent => ({
    grantIds: [...listOn(arn).grantIds],
    issuedBefore: [...listOn(arn).issuedBefore],
    adopted: [],
  });

  const probe: Probe = {
    async look({ target, grantId, fence, beforeUse }) {
      if (state.broken?.look) throw state.broken.look;
      const canary = mint(grantId, target, fence);
      const control = mint('c-control', target, new Date(Date.now() + 60_000).toISOString());
      await beforeUse?.([canary.accessKeyId, control.accessKeyId]);
      return compare(target, canary.accessKeyId, control.accessKeyId);
    },
    async canaryOfNow({ target, beforeUse }) {
      if (state.broken?.look) throw state.broken.look;
      const until = new Date(Date.now() + 600_000).toISOString();
      const canary = mint('c-canary', target, until);
      await beforeUse([canary.accessKeyId]);
      return {
        issuedAt: issuedAt(canary.accessKeyId),
        until,
        async look(issuedBefore) {
          if (state.broken?.look) throw state.broken.look;
          const control = mint('c-control', target, until);
          if (issuedAt(control.accessKeyId) < issuedBefore) return 'early';
          await beforeUse([canary.accessKeyId, control.accessKeyId]);
          return compare(target, canary.accessKeyId, control.accessKeyId);
        },
      };
    },
  };
  const compare = ({ region }: Target, canary: string, control: string): Sighting => ({
    seen: isAllowed(canary) ? 'allowed' : isAllowed(control) ? 'denied' : 'unproven',
    at: new Date().toISOString(),
    where: `at STS in ${region}`,
    canaries: [canary, control],
  });
  const issuedAt = (accessKeyId: string): string =>
    plainSecond(sessions.find((one) => one.accessKeyId === accessKeyId)?.issuedAt ?? NaN);

  const isAllowed = (accessKeyId: string): boolean => {
    const session = sessions.find((one) => one.accessKeyId === accessKeyId);
    return session !== undefined && allows(session);
  };

  return {
    roleSessions,
    revocations,
    probe,
    state,
    isAllowed,
    /** Every session ever minted under this name. */
    sessionsOf: (grantId: string) => sessions.filter(({ name }) => name === grantId),
    /** Somebody takes it out of the list by hand. */
    forget: (arn: string, line: string) =>
      listOn(arn).grantIds.delete(line) || listOn(arn).issuedBefore.delete(line),
    listOf: (arn: string) => [...listOn(arn).grantIds],
    issuedBeforeOn: (arn: string) => [...listOn(arn).issuedBefore],
  };
}
