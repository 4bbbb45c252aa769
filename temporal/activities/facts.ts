import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sameChatUser } from '../../access/chat-user';
import type { ChatUser } from '../../access/chat-user';
import { durationText } from '../../access/duration';
import type { CatalogRole, GrantMechanism } from '../../access/catalog';
import type { Terms } from '../../access/grant';
import type { Ledger, LedgerEntry, LedgerKind } from '../../access/ledger';
import type { Person } from '../../access/person';
import { Refused } from '../../access/refused';
import type { AccessRequest } from '../../access/request';
import type { Target } from '../../access/session';
import { workloadHolder } from '../../access/workload';
import type { ReviewStatement, StepUpEvidence } from '../../access/statement';
import { canonicalJson } from '../../keys/canonical';
import { hashTerms } from '../../keys/terms';
import type { ActivityDeps } from './deps';
import { onCallFor } from './on-call';
import { identifyRequester } from './remembered';
import { whyNotSteppedUp } from './step-up';

/** A request with everything that was verified or looked up for it just now. */
export interface Facts {
  request: AccessRequest;
  /** Who asks; when a pipeline or agent does, who answers for it. */
  requester: Person;
  /** Whose the access is: the requester's directory id, or the workload's own. */
  holder: string;
  /** Of when the facts about the requester are, when the directory cannot be asked. */
  factsAt?: string;
  role: CatalogRole;
  terms: Terms;
  termsHash: string;
  /** What stands in the request of a fresh sign-in of whoever asks. */
  stepUp?: StepUpEvidence;
}

/** Verifies the request's seal, asks the directory who that is, and finds the role. */
export async function factsOf(deps: ActivityDeps, requestSeal: string): Promise<Facts> {
  const { request, stepUp } = await deps.edge.verify(requestSeal, 'request');
  const about = await factsAbout(deps, request);
  return { ...about, ...(stepUp && { stepUp }) };
}

/** The same for a request that was verified, or is only looked at. */
export async function factsAbout(deps: ActivityDeps, request: AccessRequest): Promise<Facts> {
  const role = grantableRole(deps, request.role);
  const { requester: identified, factsAt } = await identifyRequester(deps, request, role);
  const [requester = identified] = await onCallFor(deps, role, [identified]);
  const { workload } = request;
  const holder = workload === undefined ? requester.id : workloadHolder(workload.id);
  const terms: Terms = {
    requestId: request.requestId,
    person: holder,
    role: role.id,
    account: role.account.id,
    targetArn: role.targetArn,
    durationMinutes: request.durationMinutes,
    reason: request.reason,
    ...(request.ticket !== undefined && { ticket: request.ticket }),
    ...(request.breakGlass && { breakGlass: true }),
    ...(request.extends !== undefined && { extends: request.extends }),
    ...(workload && { workload: { run: workload.run, accountable: requester.id } }),
  };
  return {
    request,
    requester,
    holder,
    ...(factsAt !== undefined && { factsAt }),
    role,
    terms,
    termsHash: hashTerms(terms),
  };
}

/** The catalog's role of this id. Refused when there is none, or this installation cannot hand it out. */
export function grantableRole(
  deps: Pick<ActivityDeps, 'catalog' | 'assignments'>,
  id: string,
): CatalogRole {
  const role = deps.catalog.role(id);
  if (!role) throw new Refused(`There is no role called ${id}.`, 'Choose one from the list.');
  if (role.mechanism !== 'role-session' && deps.assignments[role.mechanism] === undefined)
    throw new Refused(
      `${role.title} is a ${role.mechanism}, and Curfew is not set up to hand one out.`,
      'Ask an administrator to set it up.',
    );
  return role;
}

/** The bot's clock and the worker's may differ by this much. */
const CLOCKS_MS = 60_000;

/** A review by somebody who was identified just now. */
export interface KnownReview {
  statement: ReviewStatement;
  person: Person;
  seal: string;
}

/**
 * Verifies reviews and identifies who gave them. A review of other terms, or by the requester's own
 * chat user, is refused; one whose reviewer is unknown by now is left out, and so is an approval without the sign-in
 * that the role demands: a lost right does not count, and silences nobody else's denial.
 */
export async function knownReviews(
  deps: ActivityDeps,
  { request, role, termsHash }: Facts,
  seals: readonly string[],
): Promise<KnownReview[]> {
  const known: KnownReview[] = [];
  for (const seal of seals) {
    const statement = await deps.edge.verify(seal, 'review');
    if (statement.requestId !== request.requestId || statement.termsHash !== termsHash) {
      throw new Refused('A review was given for other terms than these.', 'Use the newest card.');
    }
    if (sameChatUser(statement.by, request.requester)) {
      throw new Refused('You asked for this yourself.', 'Somebody else has to decide.');
    }
    const { durationMinutes: asked } = request;
    const { durationMinutes: minutes = 0, scope } = statement;
    // In a narrower scope, all the time that was asked for is less, too.
    if (minutes > asked || (minutes === asked && scope === undefined)) {
      throw new Refused(
        `${durationText(asked)} were asked for: less is ${durationText(asked - 1)} at most.`,
        'Approve it as it was asked, or for less.',
      );
    }
    // The window begins with the deciding vote: one from the future would make it longer.
    if (Date.parse(statement.at) > deps.now().getTime() + CLOCKS_MS) {
      throw new Refused(
        `A review is dated ${statement.at}, which is still to come.`,
        "Set the bot's clock.",
      );
    }
    const person = await identifyOrNobody(deps, statement.by);
    const needsSignIn = statement.verdict === 'approve';
    const why =
      person &&
      needsSignIn &&
      whyNotSteppedUp(deps.signInIssuer, role, 'approve', statement, person);
    if (person && !why) known.push({ statement, person, seal });
  }
  return known;
}

export async function identifyOrNobody(
  deps: Pick<ActivityDeps, 'people'>,
  user: ChatUser,
): Promise<Person | undefined> {
  try {
    return await deps.people.identify(user);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

/** What only reads the record needs no more than this. */
export interface OnRecord {
  ledger: Pick<Ledger, 'entries'>;
}

/** Grants from before there were others say nothing. */
const mechanismOnRecord = z
  .enum(['role-session', 'permission-set', 'group'])
  .default('role-session');

/** What the ledger says of a request's grant: its id, whose it is, and which role it is on. */
export interface OpenedGrant {
  grantId: string;
  requestId: string;
  person: string;
  /** Directory id of who answers for it, when its holder is no person. */
  accountable?: string;
  role: string;
  target: Target;
  mechanism: GrantMechanism;
}

/** Throws {@link Refused} when no grant was opened: only the ledger's records make access ours. */
export function openedGrant(deps: OnRecord, requestId: string): OpenedGrant {
  const entry = only(deps, { key: `grant.opened:${requestId}` });
  if (!entry?.grantId) throw new Refused('There is no grant of this request on record.');
  const text = (name: string): string => textIn(entry, name);
  const regions = z.array(z.string()).optional().parse(entry.data['regions']);
  const mechanism = mechanismOnRecord.parse(entry.data['mechanism']);
  return {
    grantId: entry.grantId,
    requestId,
    person: text('person'),
    ...(entry.data['accountable'] !== undefined && { accountable: text('accountable') }),
    role: text('role'),
    target: {
      arn: text('targetArn'),
      accountId: text('account'),
      region: text('region'),
      ...(regions && { regions }),
    },
    mechanism,
  };
}

/** An administrator may have linked the chat user to another person since; the grant stays the first one's. */
export function requireSamePerson(grant: OpenedGrant, { holder }: Facts): void {
  if (grant.person !== holder)
    throw new Refused(
      'Your Slack account was linked to another person since this was granted.',
      'Ask for access again.',
    );
}

/** A grant whose window is open, as the ledger alone says it. */
export interface LiveGrant extends OpenedGrant {
  from: string;
  until: string;
}

/** Every grant that was activated and whose end nobody has asked for, oldest first. */
export const liveGrants = (deps: OnRecord): LiveGrant[] =>
  deps.ledger.entries({ kinds: ['grant.activated'], unless: ENDING }).flatMap((entry) =>
    entry.requestId === undefined
      ? []
      : [
          {
            ...openedGrant(deps, entry.requestId),
            from: entry.at,
            until: textIn(entry, 'until'),
          },
        ],
  );

export const only = (deps: OnRecord, filter: { key: string }): LedgerEntry | undefined =>
  deps.ledger.entries({ ...filter, limit: 1 })[0];

/** A text that our own entries always hold; one without it is a fault, never an empty answer. */
export function textIn({ data, key }: LedgerEntry, name: string): string {
  const value = data[name];
  if (typeof value !== 'string') throw new Error(`the ledger's entry ${key} has no ${name}`);
  return value;
}

/** The latest fence that was ever intended for a receiver of this grant. */
export const lastFenceOf = (deps: OnRecord, grantId: string): string | undefined =>
  deps.ledger
    .entries({ grantId, kinds: ['mint.intended'] })
    .map((entry) => textIn(entry, 'fence'))
    .toSorted()
    .at(-1);

/** After any of these, nothing is minted for the grant. */
export const ENDING: readonly LedgerKind[] = ['end.asked', 'grant.ended'];

export const chatActor = ({ workspace, user }: ChatUser): string => `chat:${workspace}:${user}`;

/** The chat user that an entry names as its actor; undefined when it names a person or Curfew. */
export function chatUserOf(actor: string): ChatUser | undefined {
  const [kind, workspace = '', user = ''] = actor.split(':');
  return kind === 'chat' && workspace !== '' && user !== '' ? { workspace, user } : undefined;
}

/** A short stable key for a seal, which itself stays out of the ledger. */
export const sealKey = (seal: string): string =>
  createHash('sha256').update(seal).digest('base64url').slice(0, 22);

/**
 * What of a person decides about their access, in short: two looks that give the same need no new decision.
 * Names and addresses may change.
 */
export const seenOf = (person: Person | undefined): string =>
  createHash('sha256')
    .update(
      canonicalJson(
        person === undefined
          ? 'gone'
          : {
              active: person.active,
              groups: person.groups.toSorted(),
              onCall: person.onCall ?? 'unknown',
              ...(person.manager !== undefined && { manager: person.manager }),
            },
      ),
    )
    .digest('base64url')
    .slice(0, 22);
