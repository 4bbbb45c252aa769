import { setHandler } from '@temporalio/workflow';
import { sameChatUser } from '../../access/chat-user';
import type { ChatUser } from '../../access/chat-user';
import type { Issued } from '../../access/grant';
import type { ConnectStatement, Signed } from '../../access/statement';
import { viewOf, type CaseFile } from './case-file';
import { bindUpdate, confirmUpdate, issueUpdate, offerUpdate, rejectUpdate } from './protocol';
import type { Bound, Claim, ConfirmedReceiver, IssueOrder, Offer } from './protocol';
import { passingOnRefusals, refuse } from './refusing';
import { checkClaim, confirmConnection, mint, recordConnection } from './steps';

/** A receiver asks again within the minute when an answer was lost: it gets the same session. */
const SAME_SESSION_MS = 60_000;
/** One run takes 2,000 updates; the rest stays free for ending it (security.md, attack 9). */
const MINTS_MAX = 500;

/** Lets the requester connect one terminal at a time, and that terminal fetch credentials. */
export function receiveReceivers(file: CaseFile): void {
  setHandler(offerUpdate, (offer) => offerCode(file, offer), {
    validator: ({ by }) => requireGrantee(file, by),
  });
  setHandler(bindUpdate, (claim) => bind(file, claim), {
    validator: (claim) => {
      requireOffer(file, claim);
    },
  });
  setHandler(confirmUpdate, (signed) => confirm(file, signed), {
    validator: ({ statement }) => {
      requireGrantee(file, statement.by);
      requireCandidate(file);
    },
  });
  setHandler(rejectUpdate, (by) => reject(file, by), {
    validator: (by) => {
      requireGrantee(file, by);
      requireCandidate(file);
    },
  });
  setHandler(issueUpdate, (order) => issue(file, order), {
    validator: ({ carried }) => {
      requireMintable(file, carried);
    },
  });
}

async function offerCode(file: CaseFile, offer: Offer): Promise<void> {
  file.connecting.offer = offer;
  await recordConnection({
    requestId: file.request.requestId,
    kind: 'connect.offered',
    by: offer.by,
    note: `a code that lapses at ${offer.expiresAt}`,
    key: `connect.offered:${offer.codeHash}`,
  });
}

async function bind(file: CaseFile, { codeHash, receiver, proof }: Claim): Promise<Bound> {
  const offer = requireOffer(file, { codeHash });
  // Used from here on, whatever comes of it: a code works once.
  delete file.connecting.offer;
  const { requestId } = file.request;
  const { words } = await passingOnRefusals(checkClaim({ requestId, receiver, proof }));
  file.connecting.candidate = { receiver, words, by: offer.by };
  await recordConnection({
    requestId,
    kind: 'connect.bound',
    by: offer.by,
    note: 'a terminal brought the code; its words wait for confirmation',
    key: `connect.bound:${codeHash}`,
  });
  return { words, shownIn: offer.shownIn, by: offer.by, grant: viewOf(file) };
}

async function confirm(file: CaseFile, signed: Signed<ConnectStatement>): Promise<void> {
  const { receiver } = requireCandidate(file);
  await passingOnRefusals(
    confirmConnection({ requestSeal: file.seal, connectSeal: signed.seal, receiver }),
  );
  file.connecting.confirmed = { receiver, seal: signed.seal };
  delete file.connecting.candidate;
  delete file.connecting.last;
}

async function reject(file: CaseFile, by: ChatUser): Promise<void> {
  const { words } = requireCandidate(file);
  delete file.connecting.candidate;
  await recordConnection({
    requestId: file.request.requestId,
    kind: 'connect.refused',
    by,
    note: 'the person says the words are not theirs',
    key: `connect.refused:${file.request.requestId}:${words}`,
  });
}

async function issue(
  file: CaseFile,
  { proof, carried, reissueAfter }: IssueOrder,
): Promise<Issued> {
  const { connecting } = file;
  const { receiver, seal } = requireMintable(file, carried);
  const { last } = connecting;
  const isFresh = last && last.seal === seal && Date.now() - last.at < SAME_SESSION_MS;
  if (isFresh && !isVoid(last.issued, reissueAfter)) return last.issued;
  connecting.minting = true;
  connecting.mints += 1;
  try {
    const issued = await passingOnRefusals(
      mint({
        requestSeal: file.seal,
        reviewSeals: file.reviews.map((review) => review.seal),
        connectSeal: seal,
        receiver,
        proof,
      }),
    );
    connecting.last = { issued, at: Date.now(), seal };
    return issued;
  } finally {
    connecting.minting = false;
  }
}

/** Cut with everything older on its role: the next one works again. */
const isVoid = ({ issuedAt }: Issued, reissueAfter: string | undefined): boolean =>
  reissueAfter !== undefined &&
  issuedAt !== undefined &&
  Date.parse(issuedAt) < Date.parse(reissueAfter);

function requireActive(file: CaseFile): void {
  if (file.state === 'active' && file.how === undefined) return;
  throw refuse(
    file.state === 'activating' ? 'This grant is still being activated.' : 'This grant is over.',
    file.state === 'activating' ? 'Try again in a moment.' : 'Ask for access again in the chat.',
  );
}

function requireSessions({ settled }: CaseFile): void {
  if (settled && settled.as !== 'refused')
    throw refuse('This access has no credentials to connect to.', settled.signIn);
}

function requireGrantee(file: CaseFile, by: ChatUser): void {
  requireActive(file);
  requireSessions(file);
  if (!sameChatUser(by, file.request.requester))
    throw refuse('This grant belongs to somebody else.');
}

function requireOffer(file: CaseFile, { codeHash }: { codeHash: string }): Offer {
  requireActive(file);
  const { offer } = file.connecting;
  if (offer?.codeHash !== codeHash || Date.parse(offer.expiresAt) < Date.now()) {
    throw refuse(
      'This code is unknown, used or older than two minutes.',
      'Press Connect in the chat for a new one.',
    );
  }
  return offer;
}

function requireCandidate({
  connecting: { candidate },
}: CaseFile): NonNullable<CaseFile['connecting']['candidate']> {
  if (!candidate)
    throw refuse('No terminal waits for a confirmation.', 'Press Connect for a code.');
  return candidate;
}

/** `carried` is as good as one's own for asking: the minting activity verifies either. */
function requireMintable(file: CaseFile, carried?: ConfirmedReceiver): ConfirmedReceiver {
  requireActive(file);
  const { minting, mints } = file.connecting;
  const confirmed = carried ?? file.connecting.confirmed;
  if (!confirmed) {
    throw refuse('This terminal is not connected yet.', 'Confirm its words in the chat.');
  }
  if (minting) throw refuse('A session is being minted right now.', 'Ask again in a few seconds.');
  if (mints >= MINTS_MAX)
    throw refuse('This grant has used up its sessions.', 'Ask for a new grant.');
  return confirmed;
}
