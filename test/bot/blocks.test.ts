import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GRANT_STATES } from '../../access/states';
import { workloadUser } from '../../access/workload';
import type { Card, Notice } from '../../access/messages';
import { awayContent } from '../../bot/blocks/away';
import { cutForm } from '../../bot/blocks/cut-form';
import { cutContent } from '../../bot/blocks/cut';
import { cardContent } from '../../bot/blocks/card';
import {
  denyForm,
  extendForm,
  notJustifiedForm,
  requestForm,
  revokeForm,
} from '../../bot/blocks/forms';
import { readButtonValue } from '../../bot/button-value';
import { homeUnavailable, homeView } from '../../bot/blocks/home';
import { lookingModal, traceModal } from '../../bot/blocks/trace';
import { codeModal, makingCodeModal, sentenceModal, wordsModal } from '../../bot/blocks/modals';
import { alarmContent, noticeContent } from '../../bot/blocks/notices';
import { quarantineContent } from '../../bot/blocks/quarantine';
import { reminderContent } from '../../bot/blocks/reminder';
import { taskContent } from '../../bot/blocks/task';
import { mention } from '../../bot/blocks/text';
import {
  formattedTexts,
  lintedHome,
  lintedMessage,
  lintedModal,
  linesOf,
} from '../support/block-lint';
import {
  anyAwayTold,
  anyCard,
  anyGrantView,
  anyInstant,
  anyCut,
  anyNotice,
  anyQuarantine,
  anyReminder,
  anyRequestId,
  anyTask,
  anyTrace,
} from '../support/any-message';
import { hostileText, THEIRS } from '../support/hostile-text';

/** Ours: nothing but mentions of people and dates is between angle brackets. */
function expectOurs(formatted: string): void {
  expect(formatted).not.toContain(THEIRS);
  const rest = formatted
    .replaceAll(/<@[UW][A-Z0-9]{2,20}>/g, '')
    .replaceAll(/<!date\^\d+\^[{}a-z_ ]+\|[^<>|]+>/g, '');
  expect(rest).not.toMatch(/[<>]/);
}

/** In `text` theirs may stand, but only escaped. */
function expectEscaped(text: string): void {
  const rest = text
    .replaceAll(/<@[UW][A-Z0-9]{2,20}>/g, '')
    .replaceAll(/<!date\^\d+\^[{}a-z_ ]+\|[^<>|]+>/g, '');
  expect(rest).not.toMatch(/[<>]/);
}

describe('whatever people typed', () => {
  test('a card is one that Slack takes, has at most nine lines, and formats nothing of theirs', () => {
    fc.assert(
      fc.property(anyCard, (given) => {
        const { text, blocks } = lintedMessage.parse(cardContent(given));
        expect(linesOf(blocks)).toBeLessThanOrEqual(9);
        formattedTexts(blocks).forEach(expectOurs);
        expectEscaped(text);
      }),
    );
  });

  test('so is every direct message', () => {
    fc.assert(
      fc.property(anyNotice, (given) => {
        const { text, blocks } = lintedMessage.parse(noticeContent(given));
        formattedTexts(blocks).forEach(expectOurs);
        expectEscaped(text);
      }),
    );
  });

  test('so is how a mass cut stands, and it is called revoked only when it is over', () => {
    fc.assert(
      fc.property(anyCut, (given) => {
        const { text, blocks } = lintedMessage.parse(cutContent(given));
        formattedTexts(blocks).forEach(expectOurs);
        expectEscaped(text);
        const ours = formattedTexts(blocks).join(' ');
        expect(given.standing.stage !== 'over' && /revoked/i.test(ours)).toBe(false);
      }),
    );
  });

  test('so is every review task, with its buttons until somebody has answered', () => {
    fc.assert(
      fc.property(anyTask, (given) => {
        const { text, blocks } = lintedMessage.parse(taskContent(given));
        formattedTexts(blocks).forEach(expectOurs);
        expectEscaped(text);
        expect(JSON.stringify(blocks).includes('"button"')).toBe(given.outcome === undefined);
      }),
    );
  });

  test('so is every reminder, which notifies nobody but those it names', () => {
    fc.assert(
      fc.property(anyReminder, (given) => {
        const { text, blocks } = lintedMessage.parse(reminderContent(given));
        formattedTexts(blocks).forEach(expectOurs);
        expectEscaped(text);
        const named = [...given.to.known, ...(given.kind === 'nudge' ? [given.by] : [])];
        const mentioned = [...text.matchAll(/<@([^>]+)>/g)].map(([, user]) => user);
        expect(named.map(({ user }) => user)).toEqual(expect.arrayContaining(mentioned));
      }),
    );
  });

  test('so is what nobody asked for, with buttons until it is answered, and removed only when it was seen gone', () => {
    fc.assert(
      fc.property(anyQuarantine, (given) => {
        const { text, blocks } = lintedMessage.parse(quarantineContent(given));
        formattedTexts(blocks).forEach(expectOurs);
        expectEscaped(text);
        const { stage } = given.standing;
        const isOpen = stage === 'open' || stage === 'held';
        expect(JSON.stringify(blocks).includes('"button"')).toBe(isOpen);
        expect(formattedTexts(blocks).join(' ').includes('*Removed*')).toBe(stage === 'removed');
      }),
    );
  });

  test('so is who answers for whom, and its reader is spoken to about the other one', () => {
    fc.assert(
      fc.property(anyAwayTold, (given) => {
        const { text, blocks } = lintedMessage.parse(awayContent(given));
        formattedTexts(blocks).forEach(expectOurs);
        expectEscaped(text);
        const other = given.reader === 'by' ? given.to : given.by;
        expect(formattedTexts(blocks).join(' ')).toContain(mention(other));
      }),
    );
  });

  test('so is every alarm', () => {
    fc.assert(
      fc.property(hostileText, hostileText, anyRequestId, (title, text, id) => {
        const alarm = { key: 'k', requestId: id, title, text };
        const content = lintedMessage.parse(alarmContent(alarm));
        formattedTexts(content.blocks).forEach(expectOurs);
        expectEscaped(content.text);
      }),
    );
  });

  test('and so are every modal and the home tab', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyGrantView, { maxLength: 60, selector: (one) => one.requestId }),
        (own) => {
          const { blocks } = lintedHome.parse(homeView(own));
          formattedTexts(blocks).forEach(expectOurs);
        },
      ),
      { numRuns: 30 },
    );
    fc.assert(
      fc.property(hostileText, anyInstant, (theirs, at) => {
        for (const modal of [
          sentenceModal(theirs),
          requestForm(theirs, { offersBreakGlass: true, reason: theirs, breakGlass: true }),
          revokeForm(),
          cutForm({
            what: { of: 'all' },
            preview: {
              grants: 3,
              requests: 1,
              holders: [{ workspace: theirs, user: theirs }],
              roles: [{ role: theirs, count: 4 }],
              machines: [{ id: theirs, count: 2 }],
            },
            reason: theirs,
          }),
          codeModal({
            code: 'g-abcdefghij-abcdefghijklmnop',
            role: theirs,
            account: theirs,
            expiresAt: at,
          }),
        ]) {
          formattedTexts(lintedModal.parse(modal).blocks).forEach(expectOurs);
        }
      }),
    );
    fc.assert(
      fc.property(anyTrace, (trace) => {
        formattedTexts(lintedModal.parse(traceModal(trace)).blocks).forEach(expectOurs);
      }),
      { numRuns: 50 },
    );
    for (const modal of [
      lookingModal(),
      requestForm(),
      revokeForm(),
      makingCodeModal(),
      denyForm('x'.repeat(300)),
      extendForm('x'.repeat(300)),
      notJustifiedForm('x'.repeat(300)),
      wordsModal({ requestId: 'r-aaaaaaaaaaaaaaaa', grantId: 'g-aaaaaaaaaa', words: 'a b c d' }),
    ]) {
      lintedModal.parse(modal);
    }
    lintedHome.parse(homeUnavailable('Later.'));
  });
});

const CARD: Card = {
  requestId: 'r-aaaaaaaaaaaaaaaa',
  termsHash: 'f'.repeat(64),
  channel: '#access-prod',
  state: 'waiting',
  requester: { workspace: 'T0CURFEW01', user: 'U0ADA00001' },
  requesterName: 'Ada Engel',
  role: { id: 'prod-admin', title: 'Administer production' },
  account: { id: '222222222222', name: 'shop-prod', env: 'prod' },
  risk: 'high',
  durationMinutes: 60,
  reason: 'failover is stuck',
  ticket: 'INC-42',
  rule: '1 of payments-owners, not the requester',
  needed: 1,
  reviews: [],
  answerBy: '2026-11-23T13:00:00.000Z',
};
const buttonsOf = (content: { blocks: unknown[] }): string[] =>
  lintedMessage
    .parse({ text: 'x', blocks: content.blocks })
    .blocks.flatMap((block) =>
      block.type === 'actions' ? block.elements.map(({ text }) => text.text) : [],
    );

describe('a card', () => {
  test.each(GRANT_STATES)('in state %s has buttons only while it waits', (state) => {
    const expected = state === 'waiting' ? ['Approve', 'Approve for less…', 'Deny', 'Details'] : [];
    expect(buttonsOf(cardContent({ ...CARD, state }))).toEqual(expected);
  });

  test('says at which stage it is, in blocks and text', () => {
    const stage = { at: 1, of: 2, rule: '1 of payments-owners' };
    const shown = cardContent({ ...CARD, stage });
    for (const part of [JSON.stringify(shown.blocks), shown.text])
      expect(part).toContain('Stage 1 of 2 now: 1 of payments-owners');
  });

  test('says what asks when it is no person, in its own name and nobody’s', () => {
    const workload = 'pipeline deploy-shop, run github/1/2/3; Gus Weber answers for it';
    const shown = cardContent({ ...CARD, requester: workloadUser('deploy-shop'), workload });
    const blocks = JSON.stringify(shown.blocks);
    expect(blocks).toContain('deploy-shop asks for *1 h*');
    expect(blocks).toContain(`No person asks: ${workload}`);
    expect(shown.text).toContain(workload);
    const strange = cardContent({ ...CARD, requester: workloadUser('<!channel>') });
    expect(JSON.stringify(strange.blocks)).toContain('a workload asks for');
  });

  test('carries the hash of what the reviewer sees', () => {
    expect(JSON.stringify(cardContent(CARD))).toContain(CARD.termsHash);
  });

  const LESS = {
    durationMinutes: 20,
    by: { workspace: 'T0CURFEW01', user: 'U0CARLA003' },
    reason: 'enough for the failover',
  };

  test('says what was asked, what was approved of it, and by whom', () => {
    const shown = cardContent({ ...CARD, less: LESS });
    const blocks = JSON.stringify(shown.blocks);
    expect(blocks).toContain('*1 h* → *20 min* by <@U0CARLA003>');
    expect(blocks).toContain('Why less: enough for the failover');
    expect(shown.text).toContain('Approved for 20 min by <@U0CARLA003>');
  });

  test('has whoever approves after that say yes to no more', () => {
    const values = lintedMessage
      .parse(cardContent({ ...CARD, less: LESS }))
      .blocks.flatMap((block) =>
        block.type === 'actions' ? block.elements.map(({ value }) => readButtonValue(value)) : [],
      );
    expect(values.map((value) => value?.minutes)).toEqual([20, 20, undefined]);
  });

  const WITHIN = { scope: 'reading', by: LESS.by, reason: 'no need to write' };

  test('says which scope was approved, and has whoever approves after that say yes to no more', () => {
    const scopes = ['storage', 'reading', 'logs'];
    const shown = cardContent({ ...CARD, durationMinutes: 1, within: WITHIN, scopes });
    const blocks = JSON.stringify(shown.blocks);
    expect(blocks).toContain('within *reading* by <@U0CARLA003>');
    expect(blocks).toContain('Why less: no need to write');
    expect(shown.text).toContain('Approved within reading by <@U0CARLA003>');
    const values = lintedMessage
      .parse(shown)
      .blocks.flatMap((block) =>
        block.type === 'actions' ? block.elements.map(({ value }) => readButtonValue(value)) : [],
      );
    expect(values.map((value) => [value?.scope, value?.narrower])).toEqual([
      ['reading', undefined],
      ['reading', ['logs']],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  test('of the narrowest scope and one minute cannot be approved for less', () => {
    const card = { ...CARD, durationMinutes: 1, within: WITHIN, scopes: ['reading'] };
    expect(buttonsOf(cardContent(card))).not.toContain('Approve for less…');
  });

  test('and the requester’s message says which scope', () => {
    const { text } = noticeContent({
      requestId: CARD.requestId,
      grantId: 'g-aaaaaaaaaa',
      role: CARD.role,
      account: CARD.account,
      kind: 'active',
      until: CARD.answerBy ?? '',
      state: 'active',
      within: WITHIN,
    });
    expect(text).toContain(
      'You asked for all that the role may; <@U0CARLA003> approved *reading* of it.',
    );
    expect(text).toContain('Why less: no need to write');
  });

  test('of one minute cannot be approved for less', () => {
    expect(buttonsOf(cardContent({ ...CARD, durationMinutes: 1 }))).toEqual([
      'Approve',
      'Deny',
      'Details',
    ]);
  });

  test.each(['waiting', 'active'] as const)('and the requester’s message says it (%s)', (kind) => {
    const about = { requestId: CARD.requestId, grantId: 'g-aaaaaaaaaa', role: CARD.role };
    const less = { ...LESS, askedMinutes: 60 };
    const { text } = noticeContent({
      ...about,
      account: CARD.account,
      ...(kind === 'waiting'
        ? { kind, rule: CARD.rule, channel: CARD.channel, answerBy: CARD.answerBy ?? '', less }
        : { kind, until: CARD.answerBy ?? '', state: 'active', less }),
    });
    expect(text).toContain('You asked for 1 h; <@U0CARLA003> approved *20 min*.');
    expect(text).toContain('Why less: enough for the failover');
  });

  test('says everything in its text too, for those who do not see blocks', () => {
    const { text } = cardContent(CARD);
    for (const part of [
      'Ada Engel',
      'prod-admin',
      'shop-prod',
      'high risk',
      '1 h',
      'failover',
      'INC-42',
      CARD.rule,
    ]) {
      expect(text).toContain(part);
    }
  });

  test('says afterwards who decided and until when', () => {
    const until = '2026-11-23T14:05:00.000Z';
    const by = { workspace: 'T0CURFEW01', user: 'U0CARLA003' };
    const reviews = [{ by, verdict: 'approve' as const, at: '2026-11-23T13:05:00.000Z' }];
    const shown = JSON.stringify(cardContent({ ...CARD, state: 'active', until, reviews }).blocks);
    expect(shown).toContain('Approved by <@U0CARLA003>');
    expect(shown).toContain(`Active until <!date^${Date.parse(until) / 1000}`);
  });
});

describe('a card of a grant that was cut', () => {
  const stopped = {
    by: { workspace: 'T', user: 'U0EMIL0005' },
    how: 'revoke' as const,
    reason: 'laptop lost',
  };
  const textOf = (state: Card['state']) => cardContent({ ...CARD, state, stopped }).text;

  test('says who is cutting it, why, and that nothing was seen yet', () => {
    expect(textOf('ending')).toContain('Being revoked by <@U0EMIL0005>, not yet seen denied');
    expect(textOf('ending')).toContain('laptop lost');
    expect(textOf('ending')).not.toContain('Revoked');
  });

  test('says, when it takes too long, since when, and until when a session may be alive', () => {
    const overdue = {
      askedAt: '2026-11-23T13:00:01.000Z',
      aliveUntil: '2026-11-23T13:14:02.000Z',
    };
    const { text } = cardContent({ ...CARD, state: 'overdue', stopped, overdue });
    expect(text).toMatch(/Overdue: being revoked by <@U0EMIL0005> since <.*13:00:01 UTC>, not yet/);
    expect(text).toMatch(/may be alive until <.*13:14:02 UTC> at the latest/);
    const { askedAt } = overdue;
    expect(cardContent({ ...CARD, state: 'overdue', overdue: { askedAt } }).text).toContain(
      'No session was handed out',
    );
  });

  test('says revoked once it is over', () => {
    expect(textOf('ended')).toContain('Revoked by <@U0EMIL0005>');
  });
});

const ABOUT = {
  requestId: 'r-aaaaaaaaaaaaaaaa',
  grantId: 'g-aaaaaaaaaa',
  role: CARD.role,
  account: CARD.account,
};

test.each([
  [1, 0, 'one of <@U0CARLA003>.'],
  [1, 1, 'one of <@U0CARLA003> and 1 other.'],
  [1, 3, 'one of <@U0CARLA003> and 3 others.'],
  [0, 3, 'an answer.'],
])('a reminder says whose answer is awaited: %d by name, %d not', (known, others, sentence) => {
  const carla = { workspace: 'T0CURFEW01', user: 'U0CARLA003' };
  const { text } = reminderContent({
    requestId: CARD.requestId,
    key: 'after 300 s',
    kind: 'reminder',
    rule: CARD.rule,
    answerBy: '2026-11-23T14:05:00.000Z',
    to: { known: Array.from({ length: known }, () => carla), others },
  });
  expect(text).toContain(`Still waiting for ${sentence}`);
});

describe('a direct message', () => {
  const until = '2026-11-23T14:05:00.000Z';

  test('says when those were reminded who have not answered', () => {
    const waits = { kind: 'waiting' as const, rule: 'r', channel: '#c', answerBy: until };
    const { text } = noticeContent({ ...ABOUT, ...waits, remindedAt: until });
    expect(text).toContain('They were reminded <!date');
  });

  test.each<[string, Notice, string[]]>([
    [
      'while it waits',
      { ...ABOUT, kind: 'waiting', rule: 'r', channel: '#c', answerBy: until },
      ['Nudge', 'Cancel'],
    ],
    ['while nobody can decide', { ...ABOUT, kind: 'held-up', breakGlass: true }, ['Cancel']],
    ['once somebody could', { ...ABOUT, kind: 'held-up', outcome: 'it was granted' }, []],
    [
      'once the wait is over',
      { ...ABOUT, kind: 'waiting', rule: 'r', channel: '#c', answerBy: until, outcome: 'approved' },
      [],
    ],
    [
      'while active',
      { ...ABOUT, kind: 'active', until, state: 'active' },
      ['Connect', 'Extend', 'End now'],
    ],
    [
      'with words to compare',
      { ...ABOUT, kind: 'active', until, state: 'active', words: 'a b c d' },
      ['Confirm', 'Not me', 'Connect', 'Extend', 'End now'],
    ],
    [
      'while it is taken back',
      { ...ABOUT, kind: 'active', until, state: 'ending', words: 'a b c d' },
      [],
    ],
    ['once over', { ...ABOUT, kind: 'active', until, state: 'ended' }, []],
    ['refused', { ...ABOUT, kind: 'refused', because: 'no' }, ['Request again']],
    ['denied', { ...ABOUT, kind: 'denied', by: CARD.requester }, ['Request again']],
    ['withdrawn', { ...ABOUT, kind: 'withdrawn' }, ['Request again']],
    ['expired', { ...ABOUT, kind: 'expired', rule: 'r' }, ['Request again']],
  ])('%s has just the buttons that do something', (_when, notice, expected) => {
    expect(buttonsOf(noticeContent(notice))).toEqual(expected);
  });

  test('keeps asked, written and observed apart, and says revoked only of a revocation', () => {
    const ended = {
      ...ABOUT,
      kind: 'ended' as const,
      askedAt: '2026-11-23T13:00:01.000Z',
      writtenAt: '2026-11-23T13:00:02.000Z',
      observedAt: '2026-11-23T13:00:03.000Z',
      statement: 'denied at STS in eu-central-1',
    };
    const revoked = noticeContent({ ...ended, how: 'revoke' }).text;
    expect(revoked).toMatch(
      /Revoked: asked <.*13:00:01 UTC>, written <.*13:00:02 UTC>, observed <.*13:00:03 UTC>/,
    );
    expect(revoked).toContain('denied at STS in eu-central-1');
    const seconds = { askedToWritten: 1.234, askedToObserved: 12.3 };
    expect(noticeContent({ ...ended, how: 'revoke', seconds }).text).toMatch(
      /written <.*UTC> \(1\.2 s\), observed <.*UTC> \(12 s\)/,
    );
    expect(cardContent({ ...CARD, state: 'ended', ending: { ...ended, seconds } }).text).toMatch(
      /Ended: asked <.*13:00:01 UTC>, written <.*> \(1\.2 s\), observed <.*13:00:03 UTC> \(12 s\)/,
    );
    for (const how of ['natural', 'end', 'lapsed', 'failed'] as const) {
      expect(noticeContent({ ...ended, how }).text).not.toMatch(/revoked/i);
    }
  });
});
