import type { App } from '@slack/bolt';
import type { PlainTextOption } from '@slack/types';
import type { GrantView } from '../../access/grant';
import { fit, plain } from '../blocks/text';
import type { Front } from '../front';
import * as payloads from '../payloads';
import { MENUS } from '../surface';
import { matches, MOST_OPTIONS } from './matching';

export const grantMenu = (app: App, { desk, catalog }: Front): void =>
  app.options(MENUS.grant, async ({ ack, body }) => {
    const { typed } = payloads.suggestion.parse(body);
    await ack({ options: grantOptions(await desk.live(), typed, catalog.timezone) });
  });

/** Grants that can still be cut, searched by holder, role, account or id. The value is the request's id. */
export const grantOptions = (
  live: readonly GrantView[],
  typed: string,
  timezone: string,
): PlainTextOption[] =>
  live
    .filter(({ state }) => state === 'activating' || state === 'active')
    .filter((view) => matches(typed, view.requesterName, view.role, view.account, labelOf(view)))
    .slice(0, MOST_OPTIONS)
    .map((view) => ({
      text: plain(labelOf(view), 75),
      value: view.requestId,
      description: plain(describe(view, timezone), 75),
    }));

const labelOf = ({ role, requesterName, grantId, requestId }: GrantView): string =>
  [fit(role, 30), fit(requesterName, 24), grantId ?? requestId].join(' · ');

const describe = ({ account, until, reason }: GrantView, timezone: string): string =>
  `${account}${until ? `, until ${clock(until, timezone)}` : ''} · ${reason}`;

const clock = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(iso));
