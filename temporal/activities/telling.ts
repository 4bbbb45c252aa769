import type { LedgerEntry } from '../../access/ledger';
import type { Alarm } from '../../access/messages';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';

/** What people see, and what on-call is told. */
export const telling = (
  deps: ActivityDeps,
): Pick<
  Activities,
  | 'postCard'
  | 'repaintCard'
  | 'tell'
  | 'repaintNotice'
  | 'postTask'
  | 'repaintTask'
  | 'tellSecurity'
  | 'raiseAlarm'
  | 'clearAlarm'
  | 'showCut'
  | 'repaintCut'
> => ({
  postCard: (card) => deps.messenger.postCard(card),
  repaintCard: (at, card) => deps.messenger.repaintCard(at, card),
  tell: (to, notice) => deps.messenger.tell(to, notice),
  repaintNotice: (at, notice) => deps.messenger.repaintNotice(at, notice),
  postTask: (task) => deps.messenger.postTask(task),
  repaintTask: (at, task) => deps.messenger.repaintTask(at, task),

  async tellSecurity(alarm) {
    const { securityChannel, alarmChannel } = deps.catalog;
    if (securityChannel !== alarmChannel) await deps.messenger.alarm(securityChannel, alarm);
  },

  showCut: (to, progress) =>
    deps.messenger.showCut(to === 'on-call' ? deps.catalog.alarmChannel : to, progress),
  repaintCut: (at, progress) => deps.messenger.repaintCut(at, progress),

  async raiseAlarm(alarm) {
    // On record even while the chat is down.
    recordAlarm(deps, 'alarm.raised', alarm);
    await deps.messenger.alarm(deps.catalog.alarmChannel, alarm);
  },

  async clearAlarm(alarm, text = 'The grant has ended since and was seen denied.') {
    recordAlarm(deps, 'alarm.cleared', alarm);
    await deps.messenger.alarm(deps.catalog.alarmChannel, {
      ...alarm,
      key: `${alarm.key}:cleared`,
      title: `Over: ${alarm.title}`,
      text,
    });
  },
});

/** On record once for each alarm: the new entry, or the one that was there. */
export const recordAlarm = (
  deps: Pick<ActivityDeps, 'ledger' | 'now'>,
  kind: 'alarm.raised' | 'alarm.cleared',
  { key, requestId, grantId, title, text }: Alarm,
): LedgerEntry =>
  deps.ledger.append({
    kind,
    key: `${kind}:${key}`,
    at: deps.now().toISOString(),
    ...(requestId !== undefined && { requestId }),
    ...(grantId !== undefined && { grantId }),
    actor: 'curfew',
    data: { title, text },
  });
