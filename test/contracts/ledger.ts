import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ledger } from '../../access/ledger';
import { hashOf } from '../../keys/canonical';
import { entryCalled } from '../support/ledger-entries';

const hasNoProto = (value: unknown): boolean => !JSON.stringify(value).includes('__proto__');

/** What every ledger promises. `open` returns a new, empty one each time. */
export function ledgerContract(name: string, open: () => Ledger): void {
  describe(`${name} as a ledger`, () => {
    let ledger: Ledger;
    beforeEach(() => {
      ledger = open();
    });
    afterEach(() => ledger.close());

    test('numbers from 1 without a hole, each entry naming the one before', () => {
      const [first, second] = [ledger.append(entryCalled('a')), ledger.append(entryCalled('b'))];
      expect(first).toMatchObject({ seq: 1, prev: '0'.repeat(64) });
      expect(second).toMatchObject({ seq: 2, prev: first.hash });
      expect(ledger.verify()).toEqual({ entries: 2, head: second.hash });
    });

    test('an empty one is whole', () => {
      expect(ledger.verify()).toEqual({ entries: 0, head: '0'.repeat(64) });
    });

    test('gives back what was put in, whatever it was', () => {
      let told = 0;
      const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
      fc.assert(
        fc.property(
          anyText,
          anyText,
          fc.dictionary(anyText, fc.jsonValue()).filter(hasNoProto),
          (key, actor, data) => {
            const asked = entryCalled(`${key}:${(told += 1)}`, {
              actor,
              data: JSON.parse(JSON.stringify(data)),
            });
            const written = ledger.append(asked);
            expect(written).toMatchObject({ key: asked.key, actor, data: asked.data });
            expect(ledger.entries({ key: asked.key })).toEqual([written]);
          },
        ),
        { numRuns: 50 },
      );
      expect(ledger.verify().broken).toBeUndefined();
    });

    test('leaves out a key called __proto__, in the record as in the reading', () => {
      const data = JSON.parse('{"a": {"__proto__": {"b": 1}}, "__proto__": {"c": 2}}');
      const written = ledger.append(entryCalled('k', { data }));
      expect(JSON.stringify(written.data)).toBe('{"a":{}}');
      const { hash, ...body } = written;
      expect(hashOf(body)).toBe(hash);
    });

    test('the same key is the same event, however often and in whatever order it is told', () => {
      const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 30 });
      fc.assert(
        fc.property(keys, fc.uuid(), (told, round) => {
          const before = ledger.verify().entries;
          const written = told.map((key) => ledger.append(entryCalled(`${round}:${key}`)));
          expect(new Set(written.map(({ seq }) => seq)).size).toBe(new Set(told).size);
          expect(ledger.verify().entries - before).toBe(new Set(told).size);
        }),
        { numRuns: 30 },
      );
    });

    test('the first telling stays when the same key comes with another story', () => {
      const first = ledger.append(entryCalled('k', { data: { state: 'first' } }));
      const again = ledger.append(entryCalled('k', { data: { state: 'second' }, actor: 'other' }));
      expect(again).toEqual(first);
      expect(ledger.entries({ key: 'k' })).toEqual([first]);
    });

    test('refuses an entry of a kind nobody could read', () => {
      const unknown = { ...entryCalled('k'), kind: 'request.imagined' as 'request.opened' };
      expect(() => ledger.append(unknown)).toThrow(/kind/);
      expect(ledger.entries({})).toEqual([]);
    });

    test('finds by request, grant, kind, key and place', () => {
      const [requestId, grantId] = ['r-aaaaaaaaaaaaaaaa', 'g-aaaaaaaaaa'];
      ledger.append(entryCalled('1', { requestId }));
      ledger.append(entryCalled('2', { requestId, grantId, kind: 'grant.opened' }));
      ledger.append(entryCalled('3', { grantId, kind: 'mint.intended' }));
      ledger.append(entryCalled('4', { grantId: 'g-bbbbbbbbbb', kind: 'mint.intended' }));
      const found = (filter: Parameters<Ledger['entries']>[0]) =>
        ledger.entries(filter).map(({ key }) => key);
      expect(found({})).toEqual(['1', '2', '3', '4']);
      expect(found({ requestId })).toEqual(['1', '2']);
      expect(found({ grantId })).toEqual(['2', '3']);
      expect(found({ grantId, kinds: ['mint.intended'] })).toEqual(['3']);
      expect(found({ kinds: ['mint.intended', 'grant.opened'] })).toEqual(['2', '3', '4']);
      expect(found({ kinds: [] })).toEqual([]);
      expect(found({ key: '4' })).toEqual(['4']);
      expect(found({ afterSeq: 1, limit: 2 })).toEqual(['2', '3']);
      expect(found({ key: "' OR 1=1 --" })).toEqual([]);
    });

    test('finds what is of grants to which something has not happened', () => {
      const [over, live] = ['g-aaaaaaaaaa', 'g-bbbbbbbbbb'];
      for (const grantId of [over, live])
        ledger.append(entryCalled(`began:${grantId}`, { grantId, kind: 'grant.activated' }));
      ledger.append(entryCalled('ended', { grantId: over, kind: 'grant.ended' }));
      ledger.append(entryCalled('of no grant', { kind: 'policy.loaded' }));
      const found = (unless: readonly ('end.asked' | 'grant.ended')[]) =>
        ledger.entries({ kinds: ['grant.activated'], unless }).map(({ grantId }) => grantId);
      expect(found(['end.asked', 'grant.ended'])).toEqual([live]);
      expect(found(['end.asked'])).toEqual([over, live]);
      expect(found([])).toEqual([over, live]);
      expect(ledger.entries({ unless: ['grant.ended'] }).map(({ key }) => key)).toEqual([
        `began:${live}`,
        'of no grant',
      ]);
    });

    test('finds what is of requests to which something has not happened', () => {
      const [over, open] = ['r-aaaaaaaaaaaaaaaa', 'r-bbbbbbbbbbbbbbbb'];
      for (const requestId of [over, open])
        ledger.append(entryCalled(`opened:${requestId}`, { requestId }));
      ledger.append(entryCalled('closed', { requestId: over, kind: 'request.denied' }));
      const found = ledger.entries({
        kinds: ['request.opened'],
        unlessRequest: ['request.denied', 'end.asked'],
      });
      expect(found.map(({ requestId }) => requestId)).toEqual([open]);
    });

    test('appends many as one: each once, and none when one of them cannot be', () => {
      const first = ledger.append(entryCalled('a'));
      const written = ledger.appendAll([entryCalled('a'), entryCalled('b'), entryCalled('b')]);
      expect(written.map(({ seq }) => seq)).toEqual([1, 2, 2]);
      expect(written[0]).toEqual(first);
      const broken = { ...entryCalled('d'), kind: 'request.imagined' as 'request.opened' };
      expect(() => ledger.appendAll([entryCalled('c'), broken])).toThrow(/kind/);
      expect(ledger.verify()).toMatchObject({ entries: 2 });
    });

    describe('appending unless something happened to the grant', () => {
      const grantId = 'g-aaaaaaaaaa';
      const mint = entryCalled('mint', { grantId, kind: 'mint.intended' });
      const end = entryCalled('end', { grantId, kind: 'end.asked' });

      test('appends while it has not', () => {
        expect(ledger.appendUnless(mint, grantId, ['end.asked'])).toMatchObject({ seq: 1 });
        expect(ledger.appendUnless(mint, grantId, ['end.asked'])).toMatchObject({ seq: 1 });
      });

      test('does not append once it has', () => {
        ledger.append(end);
        expect(ledger.appendUnless(mint, grantId, ['grant.ended', 'end.asked'])).toBeUndefined();
        expect(ledger.entries({ kinds: ['mint.intended'] })).toEqual([]);
      });

      test('says no to a repeat too: the entry is on record, but the grant was ended since', () => {
        ledger.append(mint);
        ledger.append(end);
        expect(ledger.appendUnless(mint, grantId, ['end.asked'])).toBeUndefined();
      });

      test('what happened to another grant, or something else to this one, is no obstacle', () => {
        ledger.append({ ...end, grantId: 'g-bbbbbbbbbb' });
        ledger.append(entryCalled('done', { grantId, kind: 'mint.done' }));
        expect(ledger.appendUnless(mint, grantId, ['end.asked'])).toMatchObject({ seq: 3 });
      });
    });

    test('appends when what it reads of the record allows it, and then only', () => {
      const isFirst = () => ledger.entries({ kinds: ['mint.done'] }).length === 0;
      const done = (key: string) => entryCalled(key, { kind: 'mint.done' });
      expect(ledger.appendIf(done('one'), isFirst)).toMatchObject({ seq: 1 });
      expect(ledger.appendIf(done('two'), isFirst)).toBeUndefined();
      expect(ledger.verify().entries).toBe(1);
    });
  });
}
