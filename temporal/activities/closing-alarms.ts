import type { LedgerEntry } from '../../access/ledger';
import type { Alarm } from '../../access/messages';
import { calling } from './calling';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { only, textIn } from './facts';
import { outcomeOnRecord } from './last-word';
import { paging } from './paging';
import { telling } from './telling';

/** Closes what a workflow that is gone had raised and could not close itself, by the record. */
export const closingAlarms = (deps: ActivityDeps): Pick<Activities, 'closeAlarms'> => {
  const { closeEscalation } = calling(deps);
  const { clearAlarm } = telling(deps);
  const { resolvePage } = paging(deps);
  return {
    async closeAlarms({ requestId }) {
      const escalated = escalationOf(deps, requestId);
      const late = lateAlarms(deps, requestId);
      const loud = only(deps, { key: `alarm.raised:break-glass:${requestId}` });
      const open = [...(escalated ? [escalated] : []), ...late, ...(loud ? [alarmIn(loud)] : [])];
      const paged = deps.ledger.entries({ requestId, kinds: ['alarm.paged'] });
      const incidents = new Set(paged.map((entry) => textIn(entry, 'incident')));
      const done = await Promise.allSettled([
        ...(escalated
          ? [closeEscalation({ alarm: escalated, outcome: outcomeText(deps, requestId) })]
          : []),
        ...late.map((alarm) => clearAlarm(alarm)),
        ...[...incidents].map((incident) =>
          resolvePage({ ...titled(open, incident, requestId), incident }),
        ),
      ]);
      const failed = done.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
};

function escalationOf(deps: ActivityDeps, requestId: string): Alarm | undefined {
  const [entry] = deps.ledger.entries({ requestId, kinds: ['request.escalated'], limit: 1 });
  return entry && { ...alarmIn(entry), key: `unanswered:${requestId}` };
}

/** Raised when its end was late, and not cleared. */
const lateAlarms = (deps: ActivityDeps, requestId: string): Alarm[] =>
  deps.ledger
    .entries({ requestId, kinds: ['alarm.raised'] })
    .map(alarmIn)
    .filter(({ key }) => key.startsWith(`overdue:${requestId}:`))
    .slice(-1)
    .filter(({ key }) => only(deps, { key: `alarm.cleared:${key}` }) === undefined);

const alarmIn = (entry: LedgerEntry): Alarm => ({
  key: entry.key.replace(/^alarm\.raised:/, ''),
  ...(entry.requestId !== undefined && { requestId: entry.requestId }),
  ...(entry.grantId !== undefined && { grantId: entry.grantId }),
  title: textIn(entry, 'title'),
  text: textIn(entry, 'text'),
});

const titled = (alarms: readonly Alarm[], incident: string, requestId: string): Alarm =>
  alarms.find(({ key }) => key === incident || key.startsWith(`${incident}:`)) ?? {
    key: incident,
    requestId,
    title: 'The workflow of a request was stopped',
    text: 'What it had paged about is over.',
  };

function outcomeText(deps: ActivityDeps, requestId: string): string {
  const { state } = outcomeOnRecord(deps, requestId);
  return state === 'ended'
    ? 'It was approved and is over by now; the card says by whom.'
    : `It is ${state}; nothing was granted.`;
}
