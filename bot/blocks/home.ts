import type { HomeView, KnownBlock } from '@slack/types';
import { durationText } from '../../access/duration';
import type { GrantView } from '../../access/grant';
import { ACTIONS } from '../surface';
import { button, buttons } from './button';
import { formatted, moment, plain } from './text';

// Three blocks each, and a view holds 100.
const MOST = 30;

/** One's own open requests and live grants. */
export const homeView = (own: readonly GrantView[]): HomeView =>
  home([
    { type: 'header', text: plain('Your access', 150) },
    ...(own.length === 0
      ? [sentence('You have no open request and no live access. Type /request-access to ask.')]
      : own.slice(0, MOST).flatMap(grantBlocks)),
    ...(own.length > MOST ? [sentence(`And ${own.length - MOST} older ones.`)] : []),
  ]);

/** When the engine does not answer. */
export const homeUnavailable = (because: string): HomeView => home([sentence(because)]);

const home = (blocks: KnownBlock[]): HomeView => ({ type: 'home', blocks });
const sentence = (text: string): KnownBlock => ({ type: 'section', text: plain(text) });

function grantBlocks(view: GrantView): KnownBlock[] {
  const row = rowOf(view);
  return [
    {
      type: 'section',
      text: plain(
        `${view.role} in ${view.account} · ${durationText(view.durationMinutes)} · ${view.reason}`,
        600,
      ),
    },
    { type: 'context', elements: [formatted(standing(view))] },
    ...(row ? [row] : []),
  ];
}

function standing({ state, until }: GrantView): string {
  switch (state) {
    case 'deciding':
      return 'Being checked against the policy';
    case 'waiting':
      return 'With its reviewers';
    case 'activating':
      return 'Approved, being made ready';
    case 'active':
      return until ? `Active until ${moment(until)}` : 'Active';
    case 'ending':
      return 'Being taken back, not yet seen denied';
    case 'overdue':
      return 'Being taken back for longer than it should take, not yet seen denied; on-call is told';
    case 'ended':
    case 'refused':
    case 'denied':
    case 'withdrawn':
    case 'expired':
      return `Over: ${state}`;
  }
}

function rowOf({ state, requestId, grantId }: GrantView): KnownBlock | undefined {
  if (state === 'waiting') return buttons(requestId, button(ACTIONS.withdraw, { requestId }));
  if (state !== 'active' || grantId === undefined) return undefined;
  const about = { requestId, grantId };
  return buttons(
    requestId,
    button(ACTIONS.connect, about, 'primary'),
    button(ACTIONS.extend, about),
    button(ACTIONS.endNow, about, 'danger'),
  );
}
