import type { AwayTold } from '../../access/away';
import type { CutProgress } from '../../access/cut';
import type {
  Alarm,
  Before,
  Card,
  MessageRef,
  Messenger,
  Notice,
  Reminder,
  ReviewTask,
} from '../../access/messages';
import type { Quarantine } from '../../access/quarantine';
import type { ChatUser } from '../../access/chat-user';

type Shown =
  | { card: Card }
  | { to: ChatUser; notice: Notice }
  | { reminder: Reminder; card: MessageRef }
  | { task: ReviewTask }
  | { alarm: Alarm; channel: string }
  | { away: AwayTold }
  | { place: ChatUser | string; cut: CutProgress }
  | { place: ChatUser | string; quarantine: Quarantine };

/** One message for each of these in one place, as a chat's metadata says it. */
function keyOf(shown: Shown): string {
  if ('reminder' in shown) return `reminder ${shown.reminder.requestId} ${shown.reminder.key}`;
  if ('card' in shown) return `card ${shown.card.requestId}`;
  if ('notice' in shown) return `${shown.notice.kind} ${shown.notice.requestId}`;
  if ('task' in shown) return `task ${shown.task.requestId}`;
  if ('alarm' in shown) return `alarm ${shown.alarm.key} ${shown.channel}`;
  if ('away' in shown) return `away ${shown.away.awayId} ${shown.away.what} ${shown.away.reader}`;
  if ('cut' in shown) return `cut ${shown.cut.cutId} ${JSON.stringify(shown.place)}`;
  return `quarantine ${shown.quarantine.quarantineId} ${JSON.stringify(shown.place)}`;
}

/** A chat that keeps every state of every message it was asked to show. */
export function inMemoryMessenger(before: () => Promise<Before> = async () => 'nothing') {
  const messages: { ref: MessageRef; states: Shown[] }[] = [];
  const state = { down: undefined as Error | undefined };
  const standing = (shown: Shown) =>
    messages.findLast(({ states }) => states[0] && keyOf(states[0]) === keyOf(shown));
  const post = async (shown: Shown): Promise<MessageRef> => {
    if (state.down) throw state.down;
    const earlier = (await before()) === 'nothing' ? undefined : standing(shown);
    if (earlier) {
      earlier.states.push(shown);
      return earlier.ref;
    }
    const ref = { channel: 'C1', ts: String(messages.length + 1) };
    messages.push({ ref, states: [shown] });
    return ref;
  };
  const repaint = async (at: MessageRef, shown: Shown): Promise<void> => {
    if (state.down) throw state.down;
    messages.find(({ ref }) => ref.ts === at.ts)?.states.push(shown);
  };
  const messenger: Messenger = {
    find: async (shown) => standing(shown)?.ref,
    postCard: (card) => post({ card }),
    repaintCard: (at, card) => repaint(at, { card }),
    tell: (to, notice) => post({ to, notice }),
    repaintNotice: async (at, notice) => {
      const first = messages.find(({ ref }) => ref.ts === at.ts)?.states[0];
      if (first && 'to' in first) await repaint(at, { to: first.to, notice });
    },
    remind: (card, reminder) => post({ reminder, card }),
    postTask: (task) => post({ task }),
    repaintTask: (at, task) => repaint(at, { task }),
    alarm: (channel, alarm) => post({ alarm, channel }),
    tellAway: (away) => post({ away }),
    showCut: (place, cut) => post({ place, cut }),
    showQuarantine: (place, quarantine) => post({ place, quarantine }),
    repaintQuarantine: async (at, quarantine) => {
      const first = messages.find(({ ref }) => ref.ts === at.ts)?.states[0];
      if (first && 'place' in first) await repaint(at, { place: first.place, quarantine });
    },
    repaintCut: async (at, cut) => {
      const first = messages.find(({ ref }) => ref.ts === at.ts)?.states[0];
      if (first && 'place' in first) await repaint(at, { place: first.place, cut });
    },
  };
  const latest = () =>
    messages.map(({ states }) => states.at(-1)).filter((shown) => shown !== undefined);
  return {
    messenger,
    state,
    messages,
    cards: (requestId: string): Card[] =>
      latest().flatMap((shown) =>
        'card' in shown && !('reminder' in shown) && shown.card.requestId === requestId
          ? [shown.card]
          : [],
      ),
    reminders: (requestId: string): Reminder[] =>
      latest().flatMap((shown) =>
        'reminder' in shown && shown.reminder.requestId === requestId ? [shown.reminder] : [],
      ),
    notices: (requestId: string): Notice[] =>
      latest().flatMap((shown) =>
        'notice' in shown && shown.notice.requestId === requestId ? [shown.notice] : [],
      ),
    tasks: (requestId: string): ReviewTask[] =>
      latest().flatMap((shown) =>
        'task' in shown && shown.task.requestId === requestId ? [shown.task] : [],
      ),
    alarmsIn: (channel: string): Alarm[] =>
      latest().flatMap((shown) =>
        'alarm' in shown && shown.channel === channel ? [shown.alarm] : [],
      ),
    /** What was told about this absence, in order. */
    aways: (awayId: string): AwayTold[] =>
      latest().flatMap((shown) =>
        'away' in shown && shown.away.awayId === awayId ? [shown.away] : [],
      ),
    /** How a mass cut stands, wherever it is shown. */
    cuts: (cutId: string): CutProgress[] =>
      latest().flatMap((shown) => ('cut' in shown && shown.cut.cutId === cutId ? [shown.cut] : [])),
    /** How what nobody asked for stands, and where that is shown. */
    quarantines: (): { place: ChatUser | string; quarantine: Quarantine }[] =>
      latest().flatMap((shown) => ('quarantine' in shown ? [shown] : [])),
    alarms: (): Alarm[] => latest().flatMap((shown) => ('alarm' in shown ? [shown.alarm] : [])),
  };
}
