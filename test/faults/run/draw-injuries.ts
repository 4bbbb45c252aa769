import type { FaultOrder } from '../../../sandbox/faults';
import type { Chance } from './chance';
import { isStanding } from './company';
import type { Part, Story } from './plan';

/** When something goes wrong: just as people do this. */
export type Moment = 'asking' | 'deciding' | 'connecting' | 'using' | 'ending';

export type Injury = { at: Moment; afterMs: number } & (
  | { what: 'outside'; order: FaultOrder }
  | { what: 'kill'; process: 'bot' | 'worker' | 'temporal' }
  /** An operator ends, or runs anew, the request's workflow. */
  | { what: 'terminate' | 'reset' }
  /** An operator ends the workflow that writes the role's revocation list. */
  | { what: 'forget' }
  /** A clock is set, and set right again after a while. */
  | { what: 'clock'; process: 'bot' | 'worker' | 'sandbox'; seconds: number }
);

function drawClock(draw: Chance) {
  const process = draw.one(['bot', 'worker', 'sandbox']);
  // Ours may be set back; AWS's never is.
  const seconds = process === 'sandbox' ? draw.one([15, 40]) : draw.one([-40, -15, 15, 40]);
  return { what: 'clock', process, seconds } as const;
}

const MOMENTS = ['asking', 'deciding', 'connecting', 'using', 'ending'] as const;
/** While the request's workflow is there to be terminated; `deciding` for all others. */
const WORKING: Partial<Record<Story, readonly Moment[]>> = {
  granted: ['deciding', 'using', 'ending'],
  'break-glass': ['using', 'ending'],
};

export function drawInjuries(draw: Chance, part: Part): Injury[] {
  const when = () => ({ at: draw.one(MOMENTS), afterMs: draw.whole(0, 1_500) });
  const outside = Array.from({ length: draw.whole(1, 4) }, (): Injury => ({
    ...when(),
    what: 'outside',
    order: isStanding(part.role) && draw.happens(0.6) ? drawStandingFault(draw) : drawFault(draw),
  }));
  const granted = part.story === 'granted' || part.story === 'break-glass';
  const more: Injury[] = [
    ...(draw.happens(0.06) ? [{ ...when(), what: 'kill', process: 'worker' } as const] : []),
    ...(draw.happens(0.05) ? [{ ...when(), what: 'kill', process: 'bot' } as const] : []),
    ...(draw.happens(0.03) ? [{ ...when(), what: 'kill', process: 'temporal' } as const] : []),
    ...(draw.happens(0.05)
      ? [
          {
            ...when(),
            at: draw.one(WORKING[part.story] ?? ['deciding']),
            what: 'terminate',
          } as const,
        ]
      : []),
    ...(granted && draw.happens(0.04) ? [{ at: 'using', afterMs: 0, what: 'reset' } as const] : []),
    ...(granted && draw.happens(0.04) ? [{ ...when(), what: 'forget' } as const] : []),
    ...(draw.happens(0.04) ? [{ ...when(), ...drawClock(draw) }] : []),
  ];
  return [...outside, ...more];
}

/** Every call that Curfew makes to the outside, and what the outside sends to Curfew. */
const CALLS = [
  ['slack', 'chat.postMessage'],
  ['slack', 'chat.update'],
  ['slack', 'conversations.open'],
  ['slack', 'views.open'],
  ['slack', 'users.info'],
  ['aws', 'AssumeRole'],
  ['aws', 'PutRolePolicy'],
  ['aws', 'GetRolePolicy'],
  ['aws', 'ListRolePolicies'],
  ['aws', 'DecodeAuthorizationMessage'],
  ['directory', 'users.get'],
  ['directory', 'users.list'],
  ['directory', 'users.groups'],
  ['directory', 'groups.list'],
  ['directory', 'groups.members'],
] as const;
const DELIVERIES = ['command', 'view_submission', 'block_actions'] as const;

/** Of access that stands by itself. */
const STANDING_CALLS = [
  ['aws', 'CreateAccountAssignment'],
  ['aws', 'DeleteAccountAssignment'],
  ['aws', 'ListAccountAssignmentsForPrincipal'],
  ['aws', 'GetInlinePolicyForPermissionSet'],
  ['aws', 'PutInlinePolicyToPermissionSet'],
  ['aws', 'ProvisionPermissionSet'],
  ['aws', 'DescribeAccountAssignmentCreationStatus'],
  ['aws', 'DescribeAccountAssignmentDeletionStatus'],
  ['directory', 'groups.add'],
  ['directory', 'groups.remove'],
] as const;
/** What AWS takes on and reports later. */
const TAKEN_ON = [
  'CreateAccountAssignment',
  'DeleteAccountAssignment',
  'ProvisionPermissionSet',
] as const;

function drawStandingFault(draw: Chance): FaultOrder {
  const times = draw.whole(1, 3);
  if (draw.happens(0.2))
    return { target: 'aws', operation: draw.one(TAKEN_ON), kind: 'failed', times };
  const [target, operation] = draw.one(STANDING_CALLS);
  return { target, operation, times, ...drawFailing(draw) };
}

function drawFault(draw: Chance): FaultOrder {
  const times = draw.whole(1, 3);
  if (draw.happens(0.2)) {
    const kind = draw.weighed([
      ['duplicate', 4],
      ['drop-after-commit', 1],
      ['timeout', 1],
      ['503', 1],
      ['slow', 1],
    ]);
    const ms = kind === 'slow' ? { ms: draw.whole(300, 2_000) } : {};
    return { target: 'slack', operation: draw.one(DELIVERIES), kind, times: 1, ...ms };
  }
  const [target, operation] = draw.one(CALLS);
  return { target, operation, times, ...drawFailing(draw) };
}

function drawFailing(draw: Chance): Pick<FaultOrder, 'kind' | 'ms'> {
  const kind = draw.one(['429', '503', 'timeout', 'drop-after-commit', 'slow']);
  switch (kind) {
    case 'slow':
      return { kind, ms: draw.whole(300, 4_000) };
    case 'timeout':
      return { kind, ms: draw.whole(500, 9_000) };
    case '429':
      return { kind, ms: 1_000 };
    case '503':
    case 'drop-after-commit':
      return { kind };
  }
}
