import { describe, expect, test } from '@jest/globals';
import type { CutProgress } from '../../access/cut';
import type { Card, MessageRef, Messenger, Notice } from '../../access/messages';
import {
  aCard,
  ADA,
  CARLA,
  anActiveNotice,
  aQuarantine,
  aWaitingNotice,
} from '../support/bot-scene';

/** What is to be seen in a chat. */
export interface ChatEyes {
  /** The text of every message about a request, oldest first. */
  texts(requestId: string): Promise<string[]>;
}

/** What every Messenger promises. `repeating`: its calls may all have been made before; `anew`: by another run. */
export function messengerContract(
  name: string,
  open: () => { messenger: Messenger; repeating: Messenger; anew: Messenger; eyes: ChatEyes },
): void {
  let last = 0;
  const newCard = (of: Partial<Card> = {}): Card => {
    last += 1;
    return aCard({ requestId: `r-${String.fromCharCode(96 + last).repeat(16)}` }, of);
  };

  const newAwayId = () => newCard().requestId.replace('r-', 'd-');

  describe(`${name}, as a messenger`, () => {
    test('posts a card and repaints it in place', async () => {
      const { messenger, eyes } = open();
      const card = newCard();
      const at = await messenger.postCard(card);
      await messenger.repaintCard(at, { ...card, state: 'withdrawn' });
      const texts = await eyes.texts(card.requestId);
      expect(texts).toHaveLength(1);
      expect(texts[0]).toContain('Withdrawn');
    });

    test('tells somebody, and repaints that too', async () => {
      const { messenger, eyes } = open();
      const { requestId } = newCard();
      const notice = anActiveNotice({ requestId, grantId: 'g-aaaaaaaaaa' });
      const at = await messenger.tell(ADA, notice);
      await messenger.repaintNotice(at, { ...notice, state: 'ended' } as Notice);
      const texts = await eyes.texts(requestId);
      expect(texts).toHaveLength(1);
      expect(texts[0]).toContain('has ended');
    });

    test('repeated, says each thing once and in the same place', async () => {
      const { repeating, eyes } = open();
      const card = newCard();
      const { requestId } = card;
      const say: (() => Promise<MessageRef>)[] = [
        () => repeating.postCard(card),
        () => repeating.tell(ADA, anActiveNotice({ requestId, grantId: 'g-aaaaaaaaaa' })),
        () => repeating.alarm('#oncall', { key: 'late', requestId, title: 'Late', text: 'Look.' }),
      ];
      for (const one of say) expect(await one()).toEqual(await one());
      expect(await eyes.texts(requestId)).toHaveLength(3);
    });

    test('reminds beside a card: each reminder once, and not in its place', async () => {
      const { messenger, repeating, anew, eyes } = open();
      const card = newCard();
      const { requestId } = card;
      const at = await messenger.postCard(card);
      const about = { requestId, rule: card.rule, answerBy: new Date().toISOString() };
      const to = { known: [CARLA], others: 1 };
      const first = { ...about, to, key: 'after 300 s', kind: 'reminder' as const };
      const second = { ...about, to, key: 'nudge:1', kind: 'nudge' as const, by: ADA };
      const posted = await messenger.remind(at, first);
      expect(posted).not.toEqual(at);
      expect(await repeating.remind(at, first)).toEqual(posted);
      expect(await anew.remind(at, first)).toEqual(posted);
      expect(await repeating.remind(at, second)).not.toEqual(posted);
      expect(await messenger.find({ card })).toEqual(at);
      const texts = await eyes.texts(requestId);
      expect(texts).toHaveLength(3);
      expect(texts.join()).toContain(`<@${CARLA.user}> and 1 other`);
    });

    test('a run anew finds what the one before had said, and paints it as it is now', async () => {
      const { messenger, anew, eyes } = open();
      const card = newCard();
      const { requestId } = card;
      const notice = anActiveNotice({ requestId, grantId: 'g-aaaaaaaaaa' });
      const at = [await messenger.postCard(card), await messenger.tell(ADA, notice)];
      expect(await anew.postCard({ ...card, state: 'withdrawn' })).toEqual(at[0]);
      expect(await anew.tell(ADA, { ...notice, state: 'ended' } as Notice)).toEqual(at[1]);
      const texts = await eyes.texts(requestId);
      expect(texts).toHaveLength(2);
      expect(texts.join()).toMatch(/Withdrawn.*has ended|has ended.*Withdrawn/s);
    });

    test('finds where something stands, and says when it was never posted', async () => {
      const { messenger } = open();
      const card = newCard();
      const notice = anActiveNotice({ requestId: card.requestId, grantId: 'g-aaaaaaaaaa' });
      expect(await messenger.find({ card })).toBeUndefined();
      expect(await messenger.find({ to: ADA, notice })).toBeUndefined();
      const at = [await messenger.postCard(card), await messenger.tell(ADA, notice)];
      expect(await messenger.find({ card })).toEqual(at[0]);
      expect(await messenger.find({ to: ADA, notice })).toEqual(at[1]);
    });

    test('shows a mass cut in one message each to the speaker and to a channel, and repaints it', async () => {
      const { messenger, repeating } = open();
      const cut: CutProgress = {
        cutId: 'k-aaaaaaaaaaaaaaaa',
        what: { of: 'all' },
        by: ADA,
        reason: 'stolen keys',
        askedAt: new Date().toISOString(),
        standing: { stage: 'planning' },
      };
      const [toAda, toOnCall] = [
        await messenger.showCut(ADA, cut),
        await messenger.showCut('#oncall', cut),
      ];
      expect(toAda.channel).not.toBe(toOnCall.channel);
      expect(await repeating.showCut(ADA, cut)).toEqual(toAda);
      await messenger.repaintCut(toAda, { ...cut, standing: { stage: 'refused', because: 'No.' } });
      expect(await repeating.showCut('#oncall', cut)).toEqual(toOnCall);
    });

    test('shows what nobody asked for in one message each to a channel and to its holder, and repaints it', async () => {
      const { messenger, repeating } = open();
      const found = aQuarantine({ requestId: newCard().requestId, grantId: 'g-aaaaaaaaaa' });
      const [toAda, toOwner] = [
        await messenger.showQuarantine(ADA, found),
        await messenger.showQuarantine('#access-prod', found),
      ];
      expect(toAda.channel).not.toBe(toOwner.channel);
      const standing = { stage: 'gone' as const, at: new Date().toISOString() };
      await messenger.repaintQuarantine(toOwner, { ...found, standing });
      expect(await repeating.showQuarantine(ADA, found)).toEqual(toAda);
      expect(await repeating.showQuarantine('#access-prod', found)).toEqual(toOwner);
    });

    test('tells both of who answers for whom, once, and that it is over in a message of its own', async () => {
      const { messenger, repeating } = open();
      const now = new Date().toISOString();
      const away = { awayId: newAwayId(), by: CARLA, to: ADA, from: now, until: now };
      const said = { ...away, what: 'said' as const };
      const over = { ...away, what: 'ended' as const, how: 'back' as const, at: now };
      const toCarla = await messenger.tellAway({ ...said, reader: 'by' });
      const toAda = await messenger.tellAway({ ...said, reader: 'to' });
      expect(toAda.channel).not.toBe(toCarla.channel);
      expect(await repeating.tellAway({ ...said, reader: 'to' })).toEqual(toAda);
      const ended = await repeating.tellAway({ ...over, reader: 'to' });
      expect(ended).not.toEqual(toAda);
      expect(await repeating.tellAway({ ...over, reader: 'to' })).toEqual(ended);
    });

    test('repeated, tells the same person two things about one request', async () => {
      const { repeating, eyes } = open();
      const { requestId } = newCard();
      const ids = { requestId, grantId: 'g-aaaaaaaaaa' };
      const waiting = await repeating.tell(ADA, aWaitingNotice(ids));
      const active = await repeating.tell(ADA, anActiveNotice(ids));
      expect(active).not.toEqual(waiting);
      expect(await repeating.tell(ADA, aWaitingNotice(ids))).toEqual(waiting);
      expect(await eyes.texts(requestId)).toHaveLength(2);
    });

    test('repeated, tells two requests and two kinds of message apart', async () => {
      const { repeating, eyes } = open();
      const [one, other] = [newCard(), newCard()];
      const at = [await repeating.postCard(one), await repeating.postCard(other)];
      expect(at[0]).not.toEqual(at[1]);
      await repeating.alarm('#access-prod', {
        key: 'full',
        requestId: one.requestId,
        title: 'Full',
        text: 'Look.',
      });
      await repeating.alarm('#access-prod', {
        key: 'late',
        requestId: one.requestId,
        title: 'Late',
        text: 'Look.',
      });
      expect(await eyes.texts(one.requestId)).toHaveLength(3);
    });
  });
}
