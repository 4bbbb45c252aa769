import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { exportJWK, generateKeyPair, type GenerateKeyPairResult } from 'jose';
import type { ChatUser } from '../../access/chat-user';
import type { Ledger } from '../../access/ledger';
import type { Receiver } from '../../access/grant';
import type { AccessRequest } from '../../access/request';
import type { ConnectStatement, ReviewStatement, StepUpEvidence } from '../../access/statement';
import { openLedger } from '../../audit/ledger';
import { loadBundle } from '../../config/bundle';
import { createEdgeSigner, createEdgeVerifier } from '../../keys/edge';
import { requestIdFor } from '../../keys/ids';
import { thumbprint } from '../../keys/receiver';
import { PEOPLE, WORKSPACE } from '../../sandbox/people';
import { createActivities } from '../../temporal/activities';
import { inMemoryAws } from './in-memory-aws';
import { inMemoryDirectory } from './in-memory-directory';
import { inMemoryMessenger } from './in-memory-messenger';

const neverAsked = (): never => {
  throw new Error('these activities ask no workflow');
};

/** What two of these may have in common: one record, under two configurations. */
interface Alone {
  edge: GenerateKeyPairResult;
  ledger: Ledger;
}

/** The activities without an engine, for a workflow that says whatever it likes. `config` is a configuration folder. */
export async function activitiesAlone(
  folder: string,
  config: string,
  signInIssuer?: string,
  beside?: Pick<Alone, 'edge' | 'ledger'>,
) {
  const edge = beside?.edge ?? (await generateKeyPair('EdDSA', { extractable: true }));
  const { privateKey, publicKey } = edge;
  const signer = createEdgeSigner(await exportJWK(privateKey));
  const ledger = beside?.ledger ?? openLedger(path.join(folder, `${randomUUID()}.db`));
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
    edge,
    aws,
    ledger,
    linked,
    /** Opens a request of this chat user and has it decided. */
    async request(
      user: string,
      role: string,
      { stepUp, ...more }: Partial<AccessRequest> & { stepUp?: StepUpEvidence | undefined } = {},
    ) {
      const { seal, statement } = await signer.sign({
        kind: 'request' as const,
        request: {
          requestId: requestIdFor(WORKSPACE.id, randomUUID()),
          requester: chat(user),
          role,
          durationMinutes: 30,
          reason: 'to see',
          submittedAt: new Date().toISOString(),
          ...more,
        },
        ...(stepUp && { stepUp }),
      });
      const decided = await activities.decideRequest({ requestSeal: seal });
      if (decided.verdict === 'deny') throw new Error(decided.because);
      return {
        requestId: statement.request.requestId,
        requestSeal: seal,
        termsHash: decided.termsHash,
        grantId: decided.grantId,
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
    /** What Confirm signs for these keys, as the edge does. */
    async connection(
      grantId: string,
      user: string,
      { receiver, ...more }: Partial<ConnectStatement> & { receiver: Receiver },
    ) {
      const { seal } = await signer.sign({
        kind: 'connect' as const,
        grantId,
        signingThumbprint: await thumbprint(receiver.signing),
        encryptionThumbprint: await thumbprint(receiver.encryption),
        by: chat(user),
        at: new Date().toISOString(),
        ...more,
      });
      return seal;
    },
    close: () => ledger.close(),
  };
}
export type ActivitiesAlone = Awaited<ReturnType<typeof activitiesAlone>>;

const chat = (user: string): ChatUser => ({ workspace: WORKSPACE.id, user });
