import type { App } from '@slack/bolt';
import type { Outcome } from '../access/desk';
import { readButtonValue, type ButtonValue } from './button-value';
import type { Front, Way } from './front';
import { refusalText } from './names';
import * as payloads from './payloads';
import type { Click } from './payloads';
import { answerClick, repaintPlace } from './private-answer';
import { recordRefusal } from './refusals';
import type { ActionId } from './surface';
import { WORDS } from './words';

/** What a press comes to. `say` is shown where nothing else will tell the person. */
export type Pressed = Outcome<{ say?: string }>;

/** Or a page settles it. */
export type Elsewhere = { outcome: 'elsewhere' } & Way;

/** A button: acknowledged at once, its value read again, its refusal told to the presser alone. */
export function onButton(
  app: App,
  front: Front,
  action: ActionId,
  act: (click: Click, about: ButtonValue) => Promise<Pressed | Elsewhere>,
): void {
  app.action({ type: 'block_actions', action_id: action }, async ({ ack, body }) => {
    await ack();
    const click = payloads.click.parse(body);
    const about = readButtonValue(click.value);
    const first = front.signIn?.wayToLink(click.by);
    if (first) return answerClick(front, click, first);
    await settle(front, click, about, about ? await act(click, about) : STALE);
  });
}

export const STALE: Pressed = { outcome: 'refused', because: WORDS.staleButton };

/** Tells the presser how it went, and puts refusals on record. */
export async function settle(
  front: Front,
  click: Click,
  about: ButtonValue | undefined,
  pressed: Pressed | Elsewhere,
): Promise<void> {
  switch (pressed.outcome) {
    case 'done':
      return repaintPlace(front, click, pressed.say);
    case 'elsewhere':
      return answerClick(front, click, pressed);
    case 'pending':
      return answerClick(front, click, `${pressed.because} ${WORDS.pressAgain}`);
    case 'refused':
      recordRefusal(front, { ...click, what: click.action, about, because: pressed.because });
      return answerClick(front, click, await refusalText(front.client, pressed));
  }
}
