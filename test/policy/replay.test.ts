import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { question as questionShape, type Question } from '../../access/decision';
import { openLedger } from '../../audit/ledger';
import { policyReplay } from '../../cli/commands/policy-replay';
import { restsOn } from '../../temporal/activities/question-on-record';
import {
  asks,
  COMPANY,
  exampleFiles,
  examplePlus,
  NOON,
  policyOf,
  says,
  someone,
} from '../support/policy-bundle';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const policy = policyOf(exampleFiles());
const now = new Date(Date.parse(NOON) + 86_400_000);
let files = 0;

/** A ledger on which this policy has answered these questions, each a request of its own. */
function recordOf(...questions: Question[]): string {
  const file = path.join(folder, `${(files += 1)}.db`);
  const ledger = openLedger(file);
  for (const [index, one] of questions.entries())
    ledger.append({
      kind: (one.reviews ?? []).length > 0 ? 'request.reviewed' : 'request.decided',
      key: `decided:${index}`,
      at: one.at,
      requestId: `r-${'abcdefghijklmnop'.slice(0, 15)}${'abcdefgh'[index]}`,
      actor: one.requester,
      data: { ...restsOn(one, policy.decide(one)) },
    });
  ledger.close();
  return file;
}
const since = '100d';

describe('what another policy would have said', () => {
  const past = [
    asks({ role: 'dev-readonly' }),
    asks({ role: 'staging-admin' }),
    asks({ role: 'staging-admin', reviews: [says('carla', 'approve')] }),
    asks({ requester: 'deniz' }),
  ];

  test('the same policy would have said the same', () => {
    const { code, out } = policyReplay(policy, { file: recordOf(...past), since }, now);
    expect(code).toBe(0);
    expect(out).toMatch(/^4 decisions since \d{4}-\d\d-\d\d: 0 requests would get more, 0 less\.$/);
  });

  test('stricter: each request once, with when it was, what it was, and why not any more', () => {
    const frozen = examplePlus(
      '@id("freeze") @advice("Wait for Monday.") forbid (principal, action == Curfew::Action::"Request", resource == Curfew::Role::"staging-admin");',
    );
    const { out } = policyReplay(frozen, { file: recordOf(...past), since, json: true }, now);
    const { flips, decisions } = JSON.parse(out);
    expect(decisions).toBe(4);
    expect(flips).toEqual([
      expect.objectContaining({
        was: 'ask',
        is: 'deny',
        direction: 'stricter',
        role: 'staging-admin',
        at: NOON,
        because: ['Wait for Monday.'],
      }),
      expect.objectContaining({ was: 'grant', is: 'deny', direction: 'stricter' }),
    ]);
  });

  test('what was granted, where nobody else was looked up who might have said yes as well, would be asked about', () => {
    const [ada, carla] = [
      COMPANY.find(({ id }) => id === 'ada'),
      COMPANY.find(({ id }) => id === 'carla'),
    ];
    const granted = asks({
      role: 'staging-admin',
      people: [ada!, carla!],
      reviews: [says('carla', 'approve')],
    });
    const two = exampleFiles().map((file) => ({
      ...file,
      text: file.text.replace(
        'seats: [{ from: owners }]',
        'seats: [{ from: owners }, { from: owners }]',
      ),
    }));
    const { out } = policyReplay(
      policyOf(two),
      { file: recordOf(granted), since, json: true },
      now,
    );
    expect(JSON.parse(out).flips).toEqual([
      expect.objectContaining({ was: 'grant', is: 'ask', direction: 'stricter' }),
    ]);
  });

  test('looser: who was refused and would not be', () => {
    const open = examplePlus(
      '@id("all") permit (principal in Curfew::Group::"security", action == Curfew::Action::"Request", resource);',
    );
    const { out } = policyReplay(open, { file: recordOf(...past), since }, now);
    expect(out).toMatch(/^looser deny → ask .+ prod-admin of deniz: /m);
    expect(out).toMatch(/1 requests would get more, 0 less/);
  });

  test('as a comment for a pull request, in which nothing that people typed is interpreted', () => {
    const evil = asks({ requester: 'deniz', role: 'x](http://evil) | <b> @here' });
    const file = recordOf(evil);
    const wide = {
      ...policy,
      decide: (one: Question) => ({ ...policy.decide(one), verdict: 'ask' as const }),
    };
    const { out } = policyReplay(wide, { file, since, markdown: true }, now);
    const row = out.split('\n').find((line) => line.includes('deny → ask')) ?? '';
    expect(row).not.toMatch(/[<>@]|\]\(/);
    expect(row.match(/\|/g)).toHaveLength(6);
  });

  test('what is older than asked for is left out', () => {
    const { out } = policyReplay(
      policy,
      { file: recordOf(...past), since: '1m' },
      new Date(Date.now() + 600_000),
    );
    expect(out).toMatch(/^0 decisions/);
  });

  test('requests whose facts are not on record are counted, not guessed', () => {
    const file = recordOf();
    const ledger = openLedger(file);
    ledger.append({
      kind: 'request.decided',
      key: 'request.decided:r-aaaaaaaaaaaaaaaa',
      at: NOON,
      requestId: 'r-aaaaaaaaaaaaaaaa',
      actor: 'curfew',
      data: { verdict: 'deny' },
    });
    ledger.close();
    expect(policyReplay(policy, { file, since }, now).out).toContain(
      '1 were refused before policy was asked',
    );
  });

  test.each([
    ['soon', undefined, 2, /--since: "soon" is no duration/],
    [since, path.join(folder, 'nowhere.db'), 3, /Name one with --file, or set CURFEW_DATA/],
  ])('--since %s --file %s ends with %d', (long, file, code, said) => {
    const answer = policyReplay(policy, { since: long, ...(file !== undefined && { file }) }, now);
    expect(answer).toMatchObject({ code, out: '', err: expect.stringMatching(said) });
  });
});

describe('a question on record', () => {
  test('holds no name and no address, and is answered the same, also where two share an address', () => {
    const one = someone('ada', ['engineers', 'payments-owners'], { name: 'Ada', onCall: true });
    const shared = ['ada@curfew.example', ' ADA@curfew.example', 'eve@curfew.example', ''];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...shared), { maxLength: 2 }),
        fc.constantFrom('carla', 'deniz', 'both', 'left'),
        fc.constantFrom('dev-readonly', 'staging-admin', 'prod-admin'),
        (emails, by, role) => {
          const people = [
            one,
            ...COMPANY.slice(1).map((each) => (each.id === by ? { ...each, emails } : each)),
          ];
          const question = asks({ role, people, reviews: [says(by, 'approve')] });
          const { question: kept } = restsOn(question, policy.decide(question));
          expect(JSON.stringify(kept)).not.toMatch(/@|Ada/);
          const told = ({
            verdict,
            approvers,
            countedReviews,
          }: ReturnType<typeof policy.decide>) => ({
            verdict,
            approvers,
            counted: countedReviews.map(({ counted }) => counted),
          });
          expect(told(policy.decide(questionShape.parse(kept)))).toEqual(
            told(policy.decide(question)),
          );
        },
      ),
    );
  });
});
