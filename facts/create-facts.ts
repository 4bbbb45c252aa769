import type { Rota } from '../access/on-call';
import type { Tickets } from '../access/ticket';
import { createJira, type JiraOptions } from './jira';
import { createOnCallWebhook } from './on-call-webhook';
import { createPagerDutySchedules, type PagerDutySchedulesOptions } from './pager-duty-schedules';
import { rememberedRota } from './remembered-rota';
import type { SignedPost } from './signed-post';
import { createTicketWebhook } from './ticket-webhook';

/** Where tickets and rotas are asked; at most one of each. Without one, nobody can tell. */
export interface FactSources {
  jira?: JiraOptions;
  ticketWebhook?: SignedPost;
  pagerDuty?: PagerDutySchedulesOptions;
  onCallWebhook?: SignedPost;
}

export function createTickets({ jira, ticketWebhook }: FactSources): Tickets | undefined {
  if (jira) return createJira(jira);
  return ticketWebhook && createTicketWebhook(ticketWebhook);
}

export function createRota({ pagerDuty, onCallWebhook }: FactSources): Rota | undefined {
  const rota = pagerDuty
    ? createPagerDutySchedules(pagerDuty)
    : onCallWebhook && createOnCallWebhook(onCallWebhook);
  return rota && rememberedRota(rota);
}
