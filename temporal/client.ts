import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { ChatUser } from '../access/chat-user';
import type { AccessDesk, Outcome } from '../access/desk';
import type { GrantView } from '../access/grant';
import type { Ledger } from '../access/ledger';
import { isOver } from '../access/states';
import type { ConnectStatement, Signed, StopStatement } from '../access/statement';
import { latestLive } from './activities/chain';
import { sealKey, textIn } from './activities/facts';
import { standingValve } from './activities/valve-record';
import { answerDesk } from './answer-desk';
import { awayDesk } from './away-desk';
import { TASK_QUEUE } from './connect';
import { cutDesk } from './cut-desk';
import { explainDesk } from './explain-desk';
import { asOutcome } from './outcomes';
import { OPENING } from './search-attributes';
import { revocationListTeller } from './tellers';
import {
  ACCESS_REQUEST,
  accessWorkflowId,
  bindUpdate,
  confirmUpdate,
  connectionQuery,
  issueUpdate,
  offerUpdate,
  rejectUpdate,
  nudgeUpdate,
  reviewUpdate,
  stopSignal,
  stopUpdate,
  viewQuery,
  type ConnectionState,
} from './workflows/protocol';

/** A person waits, and Slack's own patience is short; later answers are found by asking again. */
const ANSWER_MS = 10_000;
const OPEN_MS = 2_000;
const LIVE_STATES = ['DECIDING', 'WAITING', 'ACTIVATING', 'ACTIVE', 'ENDING', 'OVERDUE'];
const LIVE_MAX = 200;
const WORKFLOW_TASKS = temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW;

export interface DeskOptions {
  client: Client;
  /** Finds a grant's request; nothing is written. */
  ledger: Pick<Ledger, 'entries'>;
  /** Which person of the directory a chat user is, by the record. */
  personOf: (user: ChatUser) => string | undefined;
  taskQueue?: string;
  /** For people: where the engine is. */
  endpoint?: string;
}

/** The front desk on Temporal. */
export function createDesk({
  client,
  ledger,
  personOf,
  taskQueue = TASK_QUEUE,
  endpoint = '',
}: DeskOptions): AccessDesk {
  const within = <T>(ms: number, call: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + ms, call);
  const handleOf = (requestId: string) => client.workflow.getHandle(accessWorkflowId(requestId));
  const tellList = revocationListTeller(client, taskQueue);

  const requestOf = (grantId: string): string | undefined =>
    ledger.entries({ grantId, kinds: ['grant.opened'], limit: 1 })[0]?.requestId;

  /** Since when a session must have been issued to work: its role was cut by that. */
  const voidBefore = (requestId: string): { reissueAfter?: string } => {
    const record = { ledger, now: () => new Date() };
    const [opened] = ledger.entries({ requestId, kinds: ['grant.opened'], limit: 1 });
    const valve = opened && standingValve(record, textIn(opened, 'targetArn'));
    return valve ? { reissueAfter: valve.issuedBefore } : {};
  };

  /** Whose window is open: this grant's, or that of one which extends it. */
  const answering = (grantId: string): string | undefined =>
    latestLive({ ledger }, grantId, new Date())?.requestId;

  const view = async (requestId: string): Promise<GrantView | undefined> => {
    try {
      return await within(ANSWER_MS, () => handleOf(requestId).query(viewQuery));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  };

  async function connectionOf(grantId: string): Promise<ConnectionState> {
    const requestId = requestOf(grantId);
    if (requestId === undefined) return { connection: { stage: 'none' } };
    return within(ANSWER_MS, () => handleOf(requestId).query(connectionQuery));
  }

  /** Asks the request's workflow, and says what it is when it is over already. */
  async function update<T extends object>(
    requestId: string | undefined,
    call: (requestId: string) => Promise<T>,
  ): Promise<Outcome<T>> {
    if (requestId === undefined)
      return { outcome: 'refused', because: 'There is no such grant on record.' };
    const outcome = await asOutcome(() => within(ANSWER_MS, () => call(requestId)));
    if (outcome !== 'over') return outcome;
    const state = (await view(requestId).catch(() => undefined))?.state;
    return {
      outcome: 'refused',
      because: state
        ? `This request is over: it is ${state}.`
        : 'This request is not on record any more.',
    };
  }

  /** Signals are kept without a worker, and reach the role's list even when the request's workflow cannot. */
  async function stopDurably(signed: Signed<StopStatement>): Promise<void> {
    const { requestId } = signed.statement;
    const opened = ledger.entries({ requestId, kinds: ['grant.opened'], limit: 1 })[0];
    const { targetArn, account, region } = opened?.data ?? {};
    const cut =
      opened?.grantId !== undefined &&
      typeof targetArn === 'string' &&
      typeof account === 'string' &&
      typeof region === 'string'
        ? tellList(
            { arn: targetArn, accountId: account, region },
            { requestId, grantId: opened.grantId, seal: signed.seal },
          )
        : undefined;
    await Promise.all([handleOf(requestId).signal(stopSignal, signed), cut]);
  }

  return {
    ...awayDesk({ client, ledger, taskQueue }),
    ...cutDesk({ client, ledger, taskQueue, personOf }),
    ...answerDesk({ client, ledger }),
    ...explainDesk({ client, ledger, taskQueue }),

    async open(signed) {
      const { request } = signed.statement;
      const { requestId, requester, role } = request;
      return asFinal<{ requestId: string }>(
        await asOutcome(async () => {
          await within(OPEN_MS, () =>
            client.workflow.start(ACCESS_REQUEST, {
              workflowId: accessWorkflowId(requestId),
              taskQueue,
              args: [{ signed }],
              workflowIdReusePolicy: 'REJECT_DUPLICATE',
              staticSummary: `${role} for ${request.durationMinutes} min`,
              typedSearchAttributes: [
                { key: OPENING.state, value: 'DECIDING' },
                { key: OPENING.chatUser, value: `${requester.workspace}:${requester.user}` },
                { key: OPENING.role, value: role },
              ],
            }),
          ).catch((error: unknown) => {
            // The same submission again: it is the same request.
            if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
          });
          return { requestId };
        }),
      );
    },

    review: (signed, clickId) =>
      update(signed.statement.requestId, (requestId) =>
        handleOf(requestId).executeUpdate(reviewUpdate, { args: [signed], updateId: clickId }),
      ),

    nudge: (signed, clickId) =>
      update(signed.statement.requestId, (requestId) =>
        handleOf(requestId).executeUpdate(nudgeUpdate, { args: [signed], updateId: clickId }),
      ),

    async stop(signed) {
      const { requestId, how } = signed.statement;
      const current = await asOutcome(() =>
        within(ANSWER_MS, async () => ({ view: await view(requestId) })),
      );
      if (
        current !== 'over' &&
        current.outcome === 'done' &&
        (!current.view || isOver(current.view.state))
      ) {
        return update<{ note: string }>(requestId, () => Promise.reject(notFound()));
      }
      if (how !== 'withdraw')
        await within(ANSWER_MS, () => stopDurably(signed)).catch(() => undefined);
      return update(requestId, (id) =>
        handleOf(id).executeUpdate(stopUpdate, {
          args: [signed],
          updateId: `stop-${sealKey(signed.seal)}`,
        }),
      );
    },

    offerConnection: ({ grantId, ...offer }) =>
      update(requestOf(grantId), (requestId) =>
        done(
          handleOf(requestId).executeUpdate(offerUpdate, {
            args: [offer],
            updateId: `connect-${offer.codeHash}`,
          }),
        ),
      ),

    bind: ({ grantId, ...claim }) =>
      update(requestOf(grantId), (requestId) =>
        handleOf(requestId).executeUpdate(bindUpdate, {
          args: [claim],
          updateId: `bind-${sealKey(claim.proof)}`,
        }),
      ),

    confirm: (signed) =>
      update(requestOf(signed.statement.grantId), (requestId) =>
        done(
          handleOf(requestId).executeUpdate(confirmUpdate, {
            args: [signed],
            updateId: confirmationId(signed.statement),
          }),
        ),
      ),

    rejectConnection: (grantId, by) =>
      update(requestOf(grantId), (requestId) =>
        done(handleOf(requestId).executeUpdate(rejectUpdate, { args: [by] })),
      ),

    async connection(grantId) {
      const { connection, receiver } = await connectionOf(grantId);
      return { connection, ...(receiver && { receiver }) };
    },

    async issue({ grantId, proof }) {
      const own = requestOf(grantId);
      return update(answering(grantId) ?? own, async (requestId) => {
        const carried = requestId === own ? undefined : (await connectionOf(grantId)).confirmed;
        // The same proof is the same mint, however often it is delivered.
        const issued = await handleOf(requestId).executeUpdate(issueUpdate, {
          args: [{ proof, ...(carried && { carried }), ...voidBefore(requestId) }],
          updateId: `issue-${sealKey(proof)}`,
        });
        return { issued };
      });
    },

    async grant(grantId) {
      const requestId = requestOf(grantId);
      return requestId === undefined ? undefined : view(requestId);
    },

    async current(grantId) {
      const requestId = answering(grantId) ?? requestOf(grantId);
      const grant = requestId === undefined ? undefined : await view(requestId);
      return grant && { ...grant, ...voidBefore(grant.requestId) };
    },

    request: view,

    live: (of) =>
      within(ANSWER_MS, async () => {
        const whose = of
          ? ` AND CurfewChatUser = '${searchText(`${of.workspace}:${of.user}`)}'`
          : '';
        const states = LIVE_STATES.map((state) => `'${state}'`).join(', ');
        const query = `WorkflowType = '${ACCESS_REQUEST}' AND ExecutionStatus = 'Running' AND CurfewState IN (${states})${whose}`;
        const ids: string[] = [];
        for await (const { workflowId } of client.workflow.list({ query })) {
          ids.push(workflowId);
          if (ids.length === LIVE_MAX) break;
        }
        const views = await Promise.all(ids.map((id) => view(id.replace('access-', ''))));
        // The engine's lists lag a little; the workflow itself does not.
        return views
          .filter((grant) => grant !== undefined && !isOver(grant.state))
          .filter((grant) => grant !== undefined);
      }),

    async health() {
      try {
        const { pollers } = await within(1_500, () =>
          client.workflowService.describeTaskQueue({
            namespace: client.options.namespace,
            taskQueue: { name: taskQueue },
            taskQueueType: WORKFLOW_TASKS,
          }),
        );
        return { ok: (pollers ?? []).length > 0, endpoint };
      } catch {
        return { ok: false, endpoint };
      }
    },
  };
}

/** Ids hold no quotes; whatever else came is cut away rather than quoted. */
const searchText = (text: string): string => text.replaceAll(/[^\w:.-]/g, '');

const notFound = () => new WorkflowNotFoundError('over', '', undefined);

const done = async (call: Promise<unknown>): Promise<object> => {
  await call;
  return {};
};

const asFinal = <T extends object>(outcome: Outcome<T> | 'over'): Outcome<T> =>
  outcome === 'over' ? { outcome: 'refused', because: 'This request is over.' } : outcome;

/** Keys that were refused for an old sign-in may be confirmed with a newer one. */
const confirmationId = ({ signingThumbprint, stepUp }: ConnectStatement): string =>
  ['confirm', signingThumbprint, ...(stepUp ? [Date.parse(stepUp.authTime)] : [])].join('-');
