import { randomBytes } from 'node:crypto';
import type { SessionCredentials } from '../../access/grant';
import type { Probe, RevocationLists, RoleSessions, Target } from '../../access/session';

interface Session {
  accessKeyId: string;
  name: string;
  role: string;
  region: string;
  fence: number;
}

/** A small AWS: sessions with fences, one revocation list a role, and switches for what may go wrong. */
export function inMemoryAws() {
  const sessions: Session[] = [];
  const lists = new Map<string, Set<string>>();
  const state = {
    writes: 0,
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

  const allows = ({ name, role, region, fence }: Session): boolean =>
    !state.deniesAll &&
    !state.deaf.has(region) &&
    Date.now() < fence &&
    !(state.propagated && !state.lagging.has(region) && lists.get(role)?.has(name) === true);

  const mint = (name: string, target: Target, fence: string): SessionCredentials => {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const { arn: role, region } = target;
    sessions.push({ accessKeyId, name, role, region, fence: Date.parse(fence) });
    return {
      accessKeyId,
      secretAccessKey: 'clear-secret',
      sessionToken: 'clear-token',
      expiration: fence,
    };
  };

  const roleSessions: RoleSessions = {
    async mint({ target, grantId, fence }) {
      if (state.broken?.mint) throw state.broken.mint;
      return mint(grantId, target, fence);
    },
  };

  const revocations: RevocationLists = {
    async write(target, entries, purge = []) {
      if (state.broken?.write) throw state.broken.write;
      state.writes += 1;
      const standing = [...(lists.get(target.arn) ?? [])].filter((id) => !purge.includes(id));
      lists.set(target.arn, new Set([...standing, ...entries.map(({ grantId }) => grantId)]));
      return {
        grantIds: [...(lists.get(target.arn) ?? [])],
        adopted: [],
        writtenAt: new Date().toISOString(),
        usedCharacters: state.usedCharacters,
        maxCharacters: 10_240,
      };
    },
    async read(target) {
      return { grantIds: [...(lists.get(target.arn) ?? [])], adopted: [] };
    },
  };

  const probe: Probe = {
    async look({ target, grantId, fence, beforeUse }) {
      if (state.broken?.look) throw state.broken.look;
      const canary = mint(grantId, target, fence);
      const control = mint('c-control', target, new Date(Date.now() + 60_000).toISOString());
      await beforeUse?.([canary.accessKeyId, control.accessKeyId]);
      const [seen, controlSeen] = [canary, control].map(({ accessKeyId }) =>
        isAllowed(accessKeyId),
      );
      return {
        seen: seen ? 'allowed' : controlSeen ? 'denied' : 'unproven',
        at: new Date().toISOString(),
        where: `at STS in ${target.region}`,
        canaries: [canary.accessKeyId, control.accessKeyId],
      };
    },
  };

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
    forget: (arn: string, grantId: string) => lists.get(arn)?.delete(grantId),
    listOf: (arn: string) => [...(lists.get(arn) ?? [])],
  };
}
