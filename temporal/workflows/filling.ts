import type { Alarm } from '../../access/messages';
import type { Target } from '../../access/session';
import type { WrittenList } from '../activities/contract';
import { notTold } from './being-late';
import { clearAlarm, raiseAlarm } from './steps';

/** On-call is told when so much of a role's room is taken, and again only after it was less. */
const NEARLY_FULL = 0.8;

/** What on-call has been told about how full the list is, after this write: once each time it fills up. */
export function watchFilling(
  target: Target,
  written: WrittenList,
  raised: Alarm | undefined,
): Alarm | undefined {
  const { usedCharacters: used, maxCharacters: max } = written;
  if (used === undefined || max === undefined) return raised;
  const isNearlyFull = used >= NEARLY_FULL * max;
  if (isNearlyFull === (raised !== undefined)) return raised;
  if (raised) {
    void clearAlarm(raised, 'There is room in the list again.').catch(notTold);
    return undefined;
  }
  const alarm = nearlyFull(target, written.writtenAt, used, max);
  void raiseAlarm(alarm).catch(notTold);
  return alarm;
}

const nearlyFull = ({ arn }: Target, at: string, used: number, max: number): Alarm => ({
  key: `list-nearly-full:${arn}:${at}`,
  title: `The revocation list of ${arn.slice(arn.lastIndexOf('/') + 1)} is ${Math.floor((100 * used) / max)} % full`,
  text: [
    `${used} of the ${max} characters that AWS gives ${arn} for inline policies are taken.`,
    'Entries leave it 900 s after their last fence. When it is full, further cuts on this role wait: their sessions then end',
    'by themselves, at most 15 minutes after they were minted. Move other inline policies of the role into managed ones.',
  ].join(' '),
});
