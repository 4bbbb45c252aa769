import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import type { ChatUser } from '../../access/chat-user';
import type { ReviewStatement } from '../../access/statement';
import { openLedger } from '../../audit/ledger';
import { loadBundle } from '../../config/bundle';
import { createEdgeSigner, createEdgeVerifier } from '../../keys/edge';
import { requestIdFor } from '../../keys/ids';
import { PEOPLE, WORKSPACE } from '../../sandbox/people';
import { createActivities } from '../../temporal/activities';
import { inMemoryAws } from './in-memory-aws';
import { inMemoryDirectory } from './in-memory-directory';
import { inMemoryMessenger } from './in-memory-messenger';

const neverAsked = (): never => {
  throw new Error('these activities ask no workflow');
};

/** The activities without an engine, for a workflow that says whatever it likes. `config` is a configuration folder. */
export async function activitiesAlone(folder: string, config: string, signInIssuer?: string) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const signer = createEdgeSigner(await exportJWK(privateKey));
  const ledger = openLedger(path.join(folder, `${randomUUID()}.db`));
  const directory = inMemoryDirectory(
    PEOPLE.map(({ directoryId: id, name, email, groups, active }) => ({
      id,
      name,
      emails: [email],
      groups,
      active,
    })),
  );
  /** Chat user id → directory id, for one test's change. */
  const linked = new Map(PEOPLE.map(({ id, directoryId }) => [id, directoryId]));
  const aws = inMemoryAws();
  const activities = createActivities({
    ...loadBundle(config),
    ledger,
    directory,
    bench: directory,
    edge: createEdgeVerifier(await exportJWK(publicKey)),
    signInIssuer,
    people: {
      async identify({ user }) {
        const person = await directory.person(linked.get(user) ?? '');
        if (!person) throw new Error(`${user} is linked to nobody`);
        return person;
      },
    },
    sessions: aws.roleSessions,
    revocations: aws.revocations,
    probe: aws.probe,
    messenger: inMemoryMessenger(async () => 'nothing').messenger,
    pagers: [],
    assignments: {},
    sourceIdentityFor: (personId) => personId,
    tellRevocationList: neverAsked,
    startReview: neverAsked,
    tellEndAsked: neverAsked,
    recheck: neverAsked,
    reconcileList: neverAsked,
    followQuarantine: neverAsked,
    storyStands: neverAsked,
    lastShown: neverAsked,
    startSweep: neverAsked,
    lateAfterMinutes: [2],
    now: () => new Date(),
    pause: async () => undefined,
  });
  return {
    activities,
    ledger,
    linked,
    /** Opens a request of this chat user and has it decided. */
    async request(user: string, role: string) {
      const { seal, statement } = await signer.sign({
        kind: 'request' as const,
        request: {
          requestId: requestIdFor(WORKSPACE.id, randomUUID()),
          requester: chat(user),
          role,
          durationMinutes: 30,
          reason: 'to see',
          submittedAt: new Date().toISOString(),
        },
      });
      const decided = await activities.decideRequest({ requestSeal: seal });
      if (decided.verdict === 'deny') throw new Error(decided.because);
      return {
        requestId: statement.request.requestId,
        requestSeal: seal,
        termsHash: decided.termsHash,
      };
    },
    /** A review as the edge signs it. */
    review: (
      about: { requestId: string; termsHash: string },
      user: string,
      more: Partial<ReviewStatement> = {},
    ) =>
      signer
        .sign({
          kind: 'review' as const,
          requestId: about.requestId,
          termsHash: about.termsHash,
          by: chat(user),
          verdict: 'approve' as const,
          at: new Date().toISOString(),
          ...more,
        })
        .then(({ seal }) => seal),
    close: () => ledger.close(),
  };
}
export type ActivitiesAlone = Awaited<ReturnType<typeof activitiesAlone>>;

const chat = (user: string): ChatUser => ({ workspace: WORKSPACE.id, user });
