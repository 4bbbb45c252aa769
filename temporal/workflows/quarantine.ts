import {
  allHandlersFinished,
  CancellationScope,
  condition,
  setHandler,
} from '@temporalio/workflow';
import type { Quarantine } from '../../access/quarantine';
import type { RemovalStatement } from '../../access/statement';
import { sayingWhenLate } from './being-late';
import { lookAgainSignal, removeNowUpdate, type QuarantineInput } from './protocol';
import { oneAtATime, passingOnRefusals, refuse } from './refusing';
import {
  judgeRemoval,
  observeRemoval,
  readQuarantine,
  repaintQuarantine,
  settleQuarantine,
  showQuarantine,
} from './steps';
import { follow } from './telling';

/** Nothing but somebody's word goes on with what is held back; whether it still is, is asked so often. */
const HELD_MS = 86_400_000;

interface QuarantineFile {
  quarantine?: Quarantine;
  /** Something happened since the last look. */
  news: boolean;
  closed: boolean;
}

/**
 * Access that was ours and that nobody asked for: shown to whoever answers for the role and to its holder, and
 * removed at its deadline. Silence removes it; only a grant keeps it.
 */
export async function quarantine({ quarantineId }: QuarantineInput): Promise<void> {
  const file: QuarantineFile = { news: false, closed: false };
  setHandler(lookAgainSignal, () => {
    file.news = true;
  });
  receiveRemoval(file);
  await CancellationScope.nonCancellable(async () => {
    const told = Promise.all([keepShowing(file, 'owner'), keepShowing(file, 'holder')]);
    const found = await readQuarantine({ quarantineId });
    if (found) {
      file.quarantine = found.quarantine;
      await answered(file, quarantineId);
      if (file.quarantine.standing.stage === 'removing')
        file.quarantine = await takenAway(file.quarantine, found.lateAfterMinutes);
    }
    file.closed = true;
    await told;
    await condition(allHandlersFinished);
  });
}

/** Until it is being removed, or is over. */
async function answered(file: QuarantineFile, quarantineId: string): Promise<void> {
  for (;;) {
    file.news = false;
    const { standing, removeAt } = (file.quarantine = await settleQuarantine({ quarantineId }));
    if (standing.stage !== 'open' && standing.stage !== 'held') return;
    const wait = standing.stage === 'held' ? HELD_MS : Date.parse(removeAt) - Date.now();
    await condition(() => file.news, Math.max(1_000, wait), {
      summary: 'somebody answers, or nobody',
    });
  }
}

/** Asked; over when it was seen gone. */
const takenAway = (
  { quarantineId, requestId, grantId, role, holderName }: Quarantine,
  afterMinutes: readonly number[],
): Promise<Quarantine> =>
  sayingWhenLate(
    {
      afterMinutes,
      alarm: (minutes) => ({
        key: `quarantine-late:${quarantineId}:${minutes}`,
        incident: `quarantine-late:${quarantineId}`,
        requestId,
        grantId,
        title: `${role.id}: removing it from ${holderName} takes more than ${minutes} min`,
        text: 'Nobody asked for this access, and it is still there. Curfew goes on.',
      }),
      becomesLate: () => true,
      overText: 'It was seen removed since, or a grant needs it now.',
    },
    () => observeRemoval({ quarantineId }),
  );

function receiveRemoval(file: QuarantineFile): void {
  const turn = oneAtATime();
  setHandler(
    removeNowUpdate,
    (signed) =>
      turn(async () => {
        const { quarantineId } = requireOpen(file, signed.statement);
        await passingOnRefusals(judgeRemoval({ quarantineId, removalSeal: signed.seal }));
        file.news = true;
        return { note: 'It is being removed; the message says when it was seen gone.' };
      }),
    {
      validator: ({ statement }) => {
        requireOpen(file, statement);
      },
    },
  );
}

function requireOpen({ quarantine: found }: QuarantineFile, said: RemovalStatement): Quarantine {
  if (!found) throw refuse('Curfew is still looking at this.', 'Click again in a moment.');
  if (said.quarantineId !== found.quarantineId) throw refuse('This button belongs to another.');
  const { stage } = found.standing;
  if (stage !== 'open' && stage !== 'held') throw refuse(`It is ${stage} already.`);
  return found;
}

const keepShowing = (file: QuarantineFile, to: 'owner' | 'holder'): Promise<void> =>
  follow<Quarantine>(
    file,
    // The record may not know the holder's chat user.
    () => (to === 'holder' && !file.quarantine?.holder ? undefined : file.quarantine),
    { post: (found) => showQuarantine(to, found), repaint: repaintQuarantine },
  );
