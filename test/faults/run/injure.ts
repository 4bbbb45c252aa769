import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  accessWorkflowId,
  assignmentsWorkflowId,
  revocationWorkflowId,
} from '../../../temporal/workflows/protocol';
import type { Evidence } from './evidence';
import { persist } from './pressing';
import type { Injury, Moment } from './draw-injuries';
import type { Plan } from './plan';
import { isStanding, roleOf } from './company';
import type { Site } from './site';

/** How long a wrong clock stays wrong. */
const WRONG_CLOCK_MS = 12_000;

/** Does what a plan says must go wrong, and writes down what was really done. */
export interface Injuries {
  /** Begins what belongs to this moment; most of it strikes a little later. */
  at: (moment: Moment, requestId?: string) => void;
  /** All of it has been done and has been set right again. */
  healed: () => Promise<void>;
}

export function injuriesOf(site: Site, plan: Plan, done: Evidence['injuries']): Injuries {
  const waiting = [...plan.injuries];
  const underWay: Promise<void>[] = [];

  async function strike(injury: Injury, requestId: string | undefined): Promise<void> {
    await pause(injury.afterMs);
    const at = new Date().toISOString();
    const note = await inflict(site, plan, injury, requestId).catch(String);
    done.push({ at, injury, note });
  }

  return {
    at(moment, requestId) {
      for (const injury of waiting.filter((one) => one.at === moment)) {
        waiting.splice(waiting.indexOf(injury), 1);
        underWay.push(strike(injury, requestId));
      }
    },
    healed: async () => {
      await Promise.all(underWay);
    },
  };
}

async function inflict(
  site: Site,
  plan: Plan,
  injury: Injury,
  requestId: string | undefined,
): Promise<string> {
  switch (injury.what) {
    case 'outside':
      await site.curfew.fault(injury.order);
      return 'done';
    case 'kill':
      // One machine: the next accident waits until this one is over.
      return site.turn('the machine', () => killAndWait(site, injury.process));
    case 'terminate':
      if (requestId === undefined) return 'nothing to terminate yet';
      await site.temporal.workflow
        .getHandle(accessWorkflowId(requestId))
        .terminate('an operator, by mistake');
      return 'done';
    case 'reset':
      return requestId === undefined ? 'nothing to reset yet' : runAnew(site, requestId);
    case 'forget':
      return forget(site, plan.parts[0].role);
    case 'clock':
      return site.turn(`the clock of the ${injury.process}`, async () => {
        await site.setClock(injury.process, injury.seconds, WRONG_CLOCK_MS);
        return 'done';
      });
  }
}

async function killAndWait(site: Site, name: 'bot' | 'worker' | 'temporal'): Promise<string> {
  const before = site.curfew.process(name);
  await site.curfew.kill(name);
  await persist(`${name} is started again`, async () => {
    const { code } = await site.curfew.health();
    return site.curfew.process(name).pid !== before.pid && code === 200 ? true : undefined;
  });
  return 'done';
}

/** Runs the request's workflow anew from its first task, as an operator may with `temporal workflow reset`. */
async function runAnew(site: Site, requestId: string): Promise<string> {
  const workflowId = accessWorkflowId(requestId);
  const { events } = await site.temporal.workflow.getHandle(workflowId).fetchHistory();
  const first = events?.find(({ workflowTaskCompletedEventAttributes: task }) => task);
  if (!first?.eventId) return 'its first task is not done yet';
  await site.temporal.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    reason: 'an operator, by mistake',
    requestId: randomUUID(),
    workflowTaskFinishEventId: first.eventId,
  });
  return 'done';
}

async function forget(site: Site, role: string): Promise<string> {
  const { arn, account } = roleOf(role);
  const target = { arn, accountId: account, region: '' };
  const workflowId = isStanding(role)
    ? assignmentsWorkflowId(target)
    : revocationWorkflowId(target);
  try {
    await site.temporal.workflow.getHandle(workflowId).terminate('an operator, by mistake');
    return 'done';
  } catch (error) {
    return `nothing to terminate: ${String(error)}`;
  }
}
