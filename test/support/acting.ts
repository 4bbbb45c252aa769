import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import type { ChatUser } from '../../access/chat-user';
import type { ChatProfiles, Directory } from '../../access/person';
import { openLedger } from '../../audit/ledger';
import { exampleFolder, loadBundle } from '../../config/bundle';
import { createPeople } from '../../identity/link';
import { recentMembers } from '../../identity/recent-members';
import { createEdgeSigner, createEdgeVerifier } from '../../keys/edge';
import { awayIdFor, requestIdFor } from '../../keys/ids';
import { makeProof } from '../../keys/proof';
import { newReceiverKeys, thumbprint } from '../../keys/receiver';
import { createActivities, type ActivityDeps } from '../../temporal/activities';
import { inMemoryAws } from './in-memory-aws';
import { inMemoryMessenger } from './in-memory-messenger';

const WORKSPACE = 'T1';
const nobody = async () => undefined;
const no = async () => false;

export interface ActingOptions {
  folder: string;
  directory: Directory;
  /** Chat user id → the address that the chat confirmed. */
  emails: ReadonlyMap<string, string>;
  config?: string;
}

/** The activities without an engine: a request, its clicks, activation and a mint, each by what people signed. */
export async function acting({ folder, directory, emails, config = exampleFolder }: ActingOptions) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', {
    crv: 'Ed25519',
    extractable: true,
  });
  const signer = createEdgeSigner(await exportJWK(privateKey));
  const ledger = openLedger(path.join(folder, `${randomUUID()}.db`));
  const clock = { ms: 1_000 };
  const aws = inMemoryAws();
  const profiles: ChatProfiles = {
    profile: async ({ user }) => {
      const email = emails.get(user);
      return { name: user, kind: 'member', ...(email !== undefined && { email }) };
    },
  };
  const deps: ActivityDeps = {
    ...loadBundle(config),
    directory,
    bench: recentMembers(directory, () => clock.ms),
    people: createPeople({ profiles, directory, ledger, match: 'email' }),
    ledger,
    signInIssuer: undefined,
    edge: createEdgeVerifier(await exportJWK(publicKey)),
    sessions: aws.roleSessions,
    revocations: aws.revocations,
    probe: aws.probe,
    assignments: {},
    messenger: inMemoryMessenger().messenger,
    pagers: [],
    sourceIdentityFor: (id) => id,
    tellRevocationList: nobody,
    tellEndAsked: no,
    reconcileList: nobody,
    storyStands: async () => 'forgotten',
    lastShown: async () => [],
    startSweep: nobody,
    followQuarantine: nobody,
    recheck: nobody,
    startReview: nobody,
    lateAfterMinutes: [2],
    now: () => new Date(),
    pause: nobody,
  };
  const activities = createActivities(deps);
  const by = (user: string): ChatUser => ({ workspace: WORKSPACE, user });
  const at = () => deps.now().toISOString();

  async function request(user: string, role: string) {
    const { seal: requestSeal, statement } = await signer.sign({
      kind: 'request',
      request: {
        requestId: requestIdFor(WORKSPACE, randomUUID()),
        requester: by(user),
        role,
        durationMinutes: 30,
        reason: 'to see',
        submittedAt: at(),
      },
    });
    const { requestId } = statement.request;
    const decided = await activities.decideRequest({ requestSeal });
    const reviewSeals: string[] = [];
    const grantId = decided.verdict === 'deny' ? '' : decided.grantId;
    return {
      requestId,
      decided,
      async review(who: string, verdict: 'approve' | 'deny' = 'approve') {
        const { seal: latest } = await signer.sign({
          kind: 'review',
          requestId,
          termsHash: decided.verdict === 'deny' ? '' : decided.termsHash,
          by: by(who),
          verdict,
          at: at(),
        });
        const weighed = await activities.weighReviews({
          requestSeal,
          reviewSeals: [...reviewSeals, latest],
          latest,
        });
        if (weighed.counted) reviewSeals.push(latest);
        return weighed;
      },
      activate: () => activities.activate({ requestSeal, reviewSeals }),
      /** Connects a terminal of the requester's; gives what asks for one session. */
      async connect() {
        const { keys, receiver } = await newReceiverKeys();
        const { seal: connectSeal } = await signer.sign({
          kind: 'connect',
          grantId,
          signingThumbprint: await thumbprint(receiver.signing),
          encryptionThumbprint: await thumbprint(receiver.encryption),
          by: by(user),
          at: at(),
        });
        return async () => {
          const call = { method: 'POST', path: `/api/grants/${grantId}/credentials`, grantId };
          const proof = await makeProof(keys.signing, call);
          return activities.mint({ requestSeal, reviewSeals, connectSeal, receiver, proof });
        };
      },
    };
  }

  return {
    request,
    deps,
    activities,
    signer,
    /** Says it, and gives what came of it and the seal. */
    async away(
      user: string,
      to: string,
      { until = new Date(deps.now().getTime() + 3_600_000), said = randomUUID() } = {},
    ) {
      const awayId = awayIdFor(WORKSPACE, said);
      const words = { awayId, by: by(user), to: by(to), until: until.toISOString(), at: at() };
      const { seal: awaySeal } = await signer.sign({ kind: 'away', ...words });
      return { awayId, awaySeal, answer: await activities.recordAway({ awaySeal }) };
    },
    async back(user: string, awayId: string) {
      const { seal } = await signer.sign({ kind: 'back', awayId, by: by(user), at: at() });
      return activities.endAway({ awayId, backSeal: seal });
    },
    ledger,
    aws,
    /** Of the bench, which forgets after a minute. */
    later: (ms: number) => void (clock.ms += ms),
    close: () => ledger.close(),
  };
}
