import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { ChatUser } from '../access/chat-user';
import type { AccessDesk } from '../access/desk';
import type { Ledger } from '../access/ledger';
import { coveredBy, previewOf } from './activities/covering';
import { asOutcome } from './outcomes';
import { cutVerdictUpdate, cutWorkflowId, MASS_CUT, type CutVerdict } from './workflows/protocol';

/** Slack waits three seconds; whoever waits longer reads the answer in the cut's own message. */
const START_MS = 1_500;
const VERDICT_MS = 2_000;

/** The front desk's mass cuts. */
export function cutDesk(options: {
  client: Client;
  ledger: Pick<Ledger, 'entries'>;
  taskQueue: string;
  /** Which person of the directory a chat user is, by the record. */
  personOf: (user: ChatUser) => string | undefined;
}): Pick<AccessDesk, 'cuttable' | 'cut'> {
  const { client, ledger, taskQueue, personOf } = options;
  const within = <T>(ms: number, call: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + ms, call);

  return {
    async cuttable(what) {
      const person = what.of === 'person' ? personOf(what.person) : undefined;
      return previewOf(coveredBy({ ledger }, what, new Date(), { person, machines: [] }));
    },

    async cut(signed) {
      const { cutId } = signed.statement;
      const workflowId = cutWorkflowId(cutId);
      const begun = await asOutcome(async () => {
        await within(START_MS, () =>
          client.workflow.start(MASS_CUT, {
            workflowId,
            taskQueue,
            args: [{ signed }],
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            staticSummary: `Mass cut: ${signed.statement.what.of}`,
          }),
        ).catch((error: unknown) => {
          // The same submission again: it is the same cut.
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        });
        return {};
      });
      if (begun === 'over' || begun.outcome !== 'done')
        return begun === 'over' ? { outcome: 'done', note: DONE_ALREADY } : begun;
      const answer = await asOutcome(() =>
        within(VERDICT_MS, () =>
          client.workflow
            .getHandle(workflowId)
            .executeUpdate(cutVerdictUpdate, { updateId: 'verdict' }),
        ),
      );
      if (answer === 'over') return { outcome: 'done', note: DONE_ALREADY };
      if (answer.outcome === 'pending') return { outcome: 'done', note: BEGUN };
      return answer.outcome === 'done' ? { outcome: 'done', note: noteOf(answer) } : answer;
    },
  };
}

const BEGUN =
  'It is on its way. A direct message says how far it is, and when all was seen denied.';
const DONE_ALREADY = 'This was asked for already; its direct message says how it stands.';

const noteOf = ({ total, ofMachines = 0, leftOut }: CutVerdict): string =>
  [
    total === 0
      ? 'There was nothing live to cut.'
      : `Cutting ${total} now${ofMachines > 0 ? `, ${ofMachines} of pipelines and agents` : ''}. A direct message says how far it is, and when all was seen denied.`,
    ...(leftOut > 0 ? ['Some are left alone; the message says which and why.'] : []),
  ].join(' ');
