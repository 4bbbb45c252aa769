import type { Catalog } from '../access/catalog';
import type { Policy } from '../access/decision';
import type { Rota } from '../access/on-call';
import type { Tickets } from '../access/ticket';

/** What rules depend on and nobody is there to tell, in sentences for whoever runs Curfew. */
export function untold(
  policy: Pick<Policy, 'reads'>,
  catalog: Pick<Catalog, 'roles' | 'onCallSchedules'>,
  { tickets, rota }: { tickets?: Tickets | undefined; rota?: Rota | undefined },
): string[] {
  const schedules = [
    ...catalog.onCallSchedules,
    ...catalog.roles().flatMap(({ schedule }) => schedule ?? []),
  ];
  const called = catalog.roles().flatMap(({ calls }) => {
    const to = calls?.escalate?.to;
    return to && 'schedule' in to ? [to.schedule] : [];
  });
  return [
    ...(called.length > 0 && rota === undefined
      ? [
          `A route escalates to the schedule ${called[0]}, and nobody can tell who is on it: who is named instead (else), or the channel of alarms, is told. Set CURFEW_PAGERDUTY_API_TOKEN or CURFEW_ONCALL_WEBHOOK_URL.`,
        ]
      : []),
    ...(policy.reads('ticketFacts') && tickets === undefined
      ? [
          'Rules read what tickets say (ticketFacts), and nobody can tell: what such a rule is about is refused. Set CURFEW_JIRA_URL or CURFEW_TICKET_WEBHOOK_URL.',
        ]
      : []),
    ...(schedules.length > 0 && rota === undefined
      ? [
          `curfew.yaml names the schedule ${schedules[0]}, and nobody can tell who is on it: what a rule on onCall is about is refused. Set CURFEW_PAGERDUTY_API_TOKEN or CURFEW_ONCALL_WEBHOOK_URL.`,
        ]
      : []),
  ];
}
