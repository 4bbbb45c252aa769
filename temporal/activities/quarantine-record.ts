import { z } from 'zod';
import type { LedgerEntry } from '../../access/ledger';
import { chatUser } from '../../access/person';
import type { Quarantine } from '../../access/quarantine';
import type { Target } from '../../access/session';
import type { StandingMechanism } from './entitlements-on';
import { only, textIn, type OnRecord } from './facts';

/** What `quarantine.opened` says: all that its story needs, in one entry. */
const opened = z.object({
  targetArn: z.string(),
  account: z.string(),
  region: z.string(),
  mechanism: z.enum(['permission-set', 'group']),
  person: z.string(),
  /** The entry that said it was removed. */
  of: z.number(),
  /** Where it is held, as the listing of holders names it. */
  place: z.string(),
  shown: z.object({
    requestId: z.string(),
    grantId: z.string(),
    channel: z.string(),
    holder: chatUser.optional(),
    holderName: z.string(),
    role: z.object({ id: z.string(), title: z.string() }),
    account: z.object({ id: z.string(), name: z.string(), env: z.string() }),
    removedAt: z.string(),
    removeAt: z.string(),
  }),
});
export type OpenedQuarantine = z.infer<typeof opened>;

/** A finding as the record has it. */
export interface Finding {
  target: Target;
  mechanism: StandingMechanism;
  person: string;
  of: number;
  place: string;
  quarantine: Quarantine;
}

export const openedKey = (quarantineId: string): string => `quarantine.opened:${quarantineId}`;
export const removingKey = (quarantineId: string): string => `quarantine.removing:${quarantineId}`;
export const closedKey = (quarantineId: string): string => `quarantine.closed:${quarantineId}`;

/** Undefined when it is not on record: then it is nothing of ours. */
export function findingOn(deps: OnRecord, quarantineId: string): Finding | undefined {
  const entry = only(deps, { key: openedKey(quarantineId) });
  return entry && findingIn(deps, entry);
}

/** Those that are not over, oldest first. */
export const openFindings = (deps: OnRecord): Finding[] =>
  deps.ledger
    .entries({ kinds: ['quarantine.opened'] })
    .map((entry) => findingIn(deps, entry))
    .filter(({ quarantine }) => !isClosed(quarantine));

export const isClosed = ({ standing: { stage } }: Quarantine): boolean =>
  stage === 'removed' || stage === 'kept' || stage === 'gone';

/**
 * How many were found within one deadline of this one, itself among them and whatever became of them: the
 * number does not go down when some are answered.
 */
export function foundTogether(
  deps: OnRecord,
  { foundAt }: Pick<Quarantine, 'foundAt'>,
  deadlineSeconds: number,
): number {
  const around = deadlineSeconds * 1000;
  return deps.ledger
    .entries({ kinds: ['quarantine.opened'] })
    .filter(({ at }) => Math.abs(Date.parse(at) - Date.parse(foundAt)) <= around).length;
}

function findingIn(deps: OnRecord, entry: LedgerEntry): Finding {
  const said = opened.parse(entry.data);
  const { targetArn: arn, account: accountId, region, mechanism, person, of, place } = said;
  const quarantineId = entry.key.slice(openedKey('').length);
  const { holder, ...shown } = said.shown;
  return {
    target: { arn, accountId, region },
    mechanism,
    person,
    of,
    place,
    quarantine: {
      ...shown,
      ...(holder && { holder }),
      quarantineId,
      foundAt: entry.at,
      standing: standingOf(deps, quarantineId),
    },
  };
}

function standingOf(deps: OnRecord, quarantineId: string): Quarantine['standing'] {
  const removing = only(deps, { key: removingKey(quarantineId) });
  const speaker = chatUser.optional().parse(removing?.data['by']);
  const by = speaker && { by: speaker };
  const closed = only(deps, { key: closedKey(quarantineId) });
  if (!closed)
    return removing ? { stage: 'removing', ...by, askedAt: removing.at } : { stage: 'open' };
  switch (closing.parse(closed.kind)) {
    case 'quarantine.removed':
      return { stage: 'removed', ...by, at: closed.at, statement: textIn(closed, 'statement') };
    case 'quarantine.kept':
      return { stage: 'kept', at: closed.at, statement: textIn(closed, 'statement') };
    case 'quarantine.gone':
      return { stage: 'gone', at: closed.at };
  }
}

const closing = z.enum(['quarantine.removed', 'quarantine.kept', 'quarantine.gone']);
