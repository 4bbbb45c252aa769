import type { Alarm } from '../../access/messages';
import type { Target } from '../../access/session';
import type { ListOrder, WrittenList, WrittenValve } from '../activities/contract';
import { notTold } from './being-late';
import { clearAlarm, observeValve, openValve, raiseAlarm, writeRevocations } from './steps';

/** The valve that is looked at now, and whether it must be opened anew because it can never be seen. */
export interface ValveWatch {
  looking?: string;
  lost: boolean;
}

/**
 * Writes the whole list. When AWS has no room for it, everything older on the role is cut instead, whosever it
 * is: live grants of others mint again by themselves.
 */
export async function writeWhole(order: ListOrder, watch: ValveWatch): Promise<WrittenList> {
  const list = watch.lost ? ({ isFull: true } as const) : await writeRevocations(order);
  if (!('isFull' in list)) {
    follow(order.target, list.valve, watch);
    return list;
  }
  const opened = await openValve(order);
  watch.lost = false;
  follow(order.target, opened.valve, watch, true);
  return opened;
}

/** Looks at it beside the list's other work, so that further cuts do not wait. */
function follow(
  target: Target,
  valve: WrittenValve | undefined,
  watch: ValveWatch,
  isNew = false,
): void {
  if (!valve?.isAwaited || watch.looking === valve.id) return;
  watch.looking = valve.id;
  const alarm = isNew ? everybodyCut(target, valve) : undefined;
  if (alarm) void raiseAlarm(alarm).catch(notTold);
  void observeValve({ target, valve: valve.id })
    .then((came) => {
      if (alarm) void clearAlarm(alarm, OVER[came]).catch(notTold);
      if (watch.looking !== valve.id) return;
      delete watch.looking;
      watch.lost = came === 'lost';
    })
    // It is tried for ever, so only an operator's cancellation comes here, and ends the list's workflow, too.
    .catch(() => undefined);
}

const OVER = {
  seen: 'Everything older was seen denied in every Region in use. Sessions minted since then are live.',
  needless: 'Nobody waits for it any more: what it covers was seen denied by itself.',
  lost: 'Curfew was restarted before it saw this denied, so it is done once more, with a later instant.',
};

const everybodyCut = ({ arn }: Target, { id, issuedBefore }: WrittenValve): Alarm => ({
  key: `valve:${id}`,
  title: `The revocation list of ${arn.slice(arn.lastIndexOf('/') + 1)} is full: everybody's sessions on it were cut`,
  text: [
    `Every session of ${arn} that AWS issued before ${issuedBefore} is denied, whosever it is; that made room for further cuts.`,
    'Live grants go on: terminals fetch a new session by themselves, and programs that keep an older one see AccessDenied',
    'until they ask again. Consoles have to be opened anew. Find out why so many grants of this role were ended.',
  ].join(' '),
});
