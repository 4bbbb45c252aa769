import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { AccessDesk, Outcome } from '../access/desk';
import type { Ledger } from '../access/ledger';
import type { AwayStatement, BackStatement, Signed } from '../access/statement';
import { awayCalled, awayRefusedKey, awaysOf, toAway } from './activities/away-record';
import { only, textIn } from './activities/facts';
import { asOutcome } from './outcomes';
import { AWAY, awayVerdictUpdate, awayWorkflowId, backSignal } from './workflows/protocol';

/** Slack waits three seconds for the answer to a command, in all. */
const START_MS = 800;
const VERDICT_MS = 1_200;

/** The front desk's absences. */
export function awayDesk(options: {
  client: Client;
  ledger: Pick<Ledger, 'entries'>;
  taskQueue: string;
}): Pick<AccessDesk, 'sayAway' | 'sayBack' | 'aways'> {
  const { client, ledger, taskQueue } = options;
  const within = <T>(ms: number, call: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + ms, call);

  /** The same words again, after its story is over. */
  function onRecord(awayId: string): Outcome<{ note: string }> {
    const refused = only({ ledger }, { key: awayRefusedKey(awayId) });
    return refused
      ? { outcome: 'refused', because: textIn(refused, 'because') }
      : { outcome: 'refused', because: 'This is over already.' };
  }

  async function sayAway(signed: Signed<AwayStatement>): Promise<Outcome<{ note: string }>> {
    const workflowId = awayWorkflowId(signed.statement.awayId);
    const begun = await asOutcome(async () => {
      await within(START_MS, () =>
        client.workflow.start(AWAY, {
          workflowId,
          taskQueue,
          args: [{ signed }],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          staticSummary: 'Somebody is away',
        }),
      ).catch((error: unknown) => {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      });
      return {};
    });
    if (begun !== 'over' && begun.outcome !== 'done') return begun;
    const answer = await asOutcome(() =>
      within(VERDICT_MS, () =>
        client.workflow
          .getHandle(workflowId)
          .executeUpdate(awayVerdictUpdate, { updateId: 'verdict' }),
      ),
    );
    if (answer === 'over') return onRecord(signed.statement.awayId);
    if (answer.outcome === 'pending') return { outcome: 'done', note: ON_ITS_WAY };
    return answer.outcome === 'done' ? { outcome: 'done', note: SAID } : answer;
  }

  async function sayBack(signed: Signed<BackStatement>): Promise<Outcome<{ note: string }>> {
    const { awayId } = signed.statement;
    const away = awayCalled({ ledger }, awayId);
    if (!away || away.ended) return onRecord(awayId);
    const { by, to, from: at, until, seal } = away;
    const said = { kind: 'away' as const, awayId, by, to, until, at };
    const sent = await asOutcome(async () => {
      // Of a workflow that an operator stopped another run goes on.
      await within(START_MS, () =>
        client.workflow.signalWithStart(AWAY, {
          workflowId: awayWorkflowId(awayId),
          taskQueue,
          args: [{ signed: { statement: said, seal }, begunAnew: true }],
          signal: backSignal,
          signalArgs: [signed],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        }),
      );
      return { note: BACK };
    });
    return sent === 'over' ? onRecord(awayId) : sent;
  }

  return {
    sayAway,
    sayBack,
    async aways(of) {
      const { own, forOthers } = awaysOf({ ledger }, of, new Date());
      return { own: own.map(toAway), forOthers: forOthers.map(toAway) };
    },
  };
}

const SAID = 'It is on record, and both of you are told in a direct message.';
const ON_ITS_WAY =
  'It is on its way. A direct message says when it is on record, or why it cannot be.';
const BACK = 'It is being taken back. A direct message to both of you says when it is.';
