import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChatUser } from '../../access/chat-user';
import type { Ledger } from '../../access/ledger';
import type { ChatProfiles, Person } from '../../access/person';
import { Links } from '../../access/links';
import { Refused } from '../../access/refused';
import { openLedger } from '../../audit/ledger';
import { createPeople, type LinkOptions } from '../../identity/link';
import { inMemoryDirectory, type InMemoryDirectory } from '../support/in-memory-directory';
import { temporaryFolder } from '../support/temporary-folder';

type Profile = Awaited<ReturnType<ChatProfiles['profile']>>;

const folder = temporaryFolder();
const person = (id: string, email: string): Person => ({
  id,
  name: id,
  emails: [email],
  groups: [],
  active: true,
});
const ada = person('ada', 'ada@curfew.example');
const ben = person('ben', 'ben@curfew.example');
const chat = (user: string, workspace = 'T1'): ChatUser => ({ workspace, user });

let file: string;
let ledger: Ledger;
let directory: InMemoryDirectory;
let slack: Map<string, Profile>;

beforeEach(() => {
  file = path.join(folder, `${randomUUID()}.db`);
  ledger = openLedger(file);
  directory = inMemoryDirectory([ada, ben]);
  slack = new Map([
    ['UADA', { name: 'Ada', email: 'Ada@Curfew.example', kind: 'member' }],
    ['UBEN', { name: 'Ben', email: 'ben@curfew.example', kind: 'member' }],
  ]);
});
afterEach(() => ledger.close());

const people = (changes: Partial<LinkOptions> = {}) =>
  createPeople({
    profiles: {
      profile: async ({ user }) => slack.get(user) ?? { name: user, kind: 'stranger' },
    },
    directory,
    ledger,
    match: 'email',
    now: () => new Date('2026-01-01T12:00:00Z'),
    ...changes,
  });

async function refusalOf(asked: Promise<unknown>): Promise<Refused> {
  const error: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Refused);
  return error as Refused;
}
const links = () => ledger.entries({ kinds: ['person.linked'] });

describe('by e-mail address', () => {
  test('the one person with the chat’s address, whatever its case', async () => {
    expect(await people().identify(chat('UADA'))).toEqual(ada);
  });

  test('the first use puts the link on record, and only the first', async () => {
    const who = people();
    await who.identify(chat('UADA'));
    await who.identify(chat('UADA'));
    await people().identify(chat('UADA'));
    expect(links()).toMatchObject([
      {
        key: 'link:T1:UADA',
        at: '2026-01-01T12:00:00.000Z',
        actor: 'ada',
        data: { workspace: 'T1', user: 'UADA', person: 'ada', by: 'email' },
      },
    ]);
  });

  test.each<[string, Partial<Profile>, RegExp]>([
    ['a guest', { kind: 'guest' }, /Guests cannot.*full member/],
    ['an app', { kind: 'bot' }, /Apps and workflows cannot.*A person/],
    ['somebody from elsewhere', { kind: 'stranger' }, /another Slack workspace cannot/],
    ['an empty address', { email: ' ' }, /no confirmed e-mail.*Confirm your work address/],
    [
      'an unknown address',
      { email: 'zoe@curfew.example' },
      /Nobody .* zoe@curfew\.example.*ask IT/,
    ],
  ])('%s is refused with what to do, and not linked', async (_, changes, message) => {
    slack.set('UADA', { name: 'Ada', email: 'ada@curfew.example', kind: 'member', ...changes });
    const { message: told, wouldPass } = await refusalOf(people().identify(chat('UADA')));
    expect(told).toMatch(message);
    expect(wouldPass).toBeTruthy();
    expect(links()).toEqual([]);
  });

  test('no address is refused', async () => {
    slack.set('UADA', { name: 'Ada', kind: 'member' });
    expect((await refusalOf(people().identify(chat('UADA')))).because).toMatch(
      /no confirmed e-mail/,
    );
  });

  test('an address that several people have is nobody’s, even when all but one have left', async () => {
    directory.put({ ...person('ada2', 'ADA@curfew.example'), active: false });
    const refused = await refusalOf(people().identify(chat('UADA')));
    expect(refused.message).toMatch(/Several people.*Ask IT/);
    expect(links()).toEqual([]);
  });

  test('who is not active is refused, at first and after having been linked', async () => {
    directory.put({ ...ada, active: false });
    const who = people();
    expect((await refusalOf(who.identify(chat('UADA')))).because).toMatch(/not active/);
    expect(links()).toEqual([]);
    directory.put(ada);
    await who.identify(chat('UADA'));
    directory.put({ ...ada, active: false });
    expect((await refusalOf(who.identify(chat('UADA')))).because).toMatch(/not active/);
  });

  test('a directory that cannot be asked is a fault, not a refusal', async () => {
    directory.fail(new Error('Okta is down'));
    await expect(people().identify(chat('UADA'))).rejects.toThrow('Okta is down');
    await expect(people().identify(chat('UADA'))).rejects.not.toBeInstanceOf(Refused);
  });
});

describe('once linked', () => {
  test('a chat account whose address becomes somebody else’s does not become them', async () => {
    await people().identify(chat('UADA'));
    slack.set('UADA', { name: 'Ada', email: 'ben@curfew.example', kind: 'member' });
    const refused = await refusalOf(people().identify(chat('UADA')));
    expect(refused.message).toMatch(/linked to another person.*administrators/);
    expect(links()).toHaveLength(1);
    expect(await people().identify(chat('UBEN'))).toEqual(ben);
  });

  test('an address handed on in the directory does not hand on the chat account', async () => {
    await people().identify(chat('UADA'));
    directory.put({ ...ada, emails: ['ada.engel@curfew.example'] });
    directory.put(person('newcomer', 'ada@curfew.example'));
    const refused = await refusalOf(people().identify(chat('UADA')));
    expect(refused.message).toMatch(/linked to another person/);
  });

  test('a person keeps their chat account: another one with their address is refused', async () => {
    await people().identify(chat('UADA'));
    slack.set('UEVE', { name: 'Eve', email: 'ada@curfew.example', kind: 'member' });
    const refused = await refusalOf(people().identify(chat('UEVE')));
    expect(refused.message).toMatch(/linked to another Slack account.*administrators/);
    expect(links()).toHaveLength(1);
    expect(await people().identify(chat('UADA'))).toEqual(ada);
  });

  test('the same user id in another workspace is another chat user', async () => {
    await people().identify(chat('UADA'));
    expect((await refusalOf(people().identify(chat('UADA', 'T2')))).because).toMatch(
      /linked to another Slack account/,
    );
  });

  test('a new address on both sides is still the same person', async () => {
    await people().identify(chat('UADA'));
    directory.put({ ...ada, emails: ['ada.engel@curfew.example'] });
    slack.set('UADA', { name: 'Ada', email: 'ada.engel@curfew.example', kind: 'member' });
    expect(await people().identify(chat('UADA'))).toMatchObject({ id: 'ada' });
  });

  test('another process knows at once', async () => {
    const [bot, worker] = [people(), people({ ledger: openLedger(file) })];
    await bot.identify(chat('UBEN'));
    await worker.identify(chat('UADA'));
    slack.set('UEVE', { name: 'Eve', email: 'ada@curfew.example', kind: 'member' });
    expect((await refusalOf(bot.identify(chat('UEVE')))).because).toMatch(/another Slack account/);
  });

  test('when two chat users claim one person at the same moment, the first on record keeps them', async () => {
    slack.set('UEVE', { name: 'Eve', email: 'ada@curfew.example', kind: 'member' });
    const late = openLedger(file);
    let raced = false;
    const slow: Ledger = {
      ...late,
      append(entry) {
        // Between its look and its entry the other process was faster.
        if (!raced) {
          raced = true;
          ledger.append({ ...entry, key: 'link:T1:UADA', data: { ...entry.data, user: 'UADA' } });
        }
        return late.append(entry);
      },
    };
    expect((await refusalOf(people({ ledger: slow }).identify(chat('UEVE')))).because).toMatch(
      /another Slack account/,
    );
    expect(links()).toHaveLength(2);
    expect(await people().identify(chat('UADA'))).toEqual(ada);
    expect((await refusalOf(people().identify(chat('UEVE')))).because).toMatch(
      /another Slack account/,
    );
    late.close();
  });

  test('whatever addresses say over time, nobody is ever two people and no person two chat users', async () => {
    const users = ['U1', 'U2', 'U3'];
    const addresses = ['a@x.example', 'b@x.example', 'c@x.example'];
    const step = fc.record({
      user: fc.constantFrom(...users),
      email: fc.constantFrom(...addresses),
      restarted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const own = openLedger(path.join(folder, `${randomUUID()}.db`));
        const staff = inMemoryDirectory(addresses.map((email) => person(`p-${email}`, email)));
        let email = '';
        const make = () =>
          people({
            ledger: own,
            directory: staff,
            profiles: { profile: async () => ({ name: '', email, kind: 'member' }) },
          });
        let who = make();
        const seen = new Map<string, string>();
        for (const one of steps) {
          if (one.restarted) who = make();
          ({ email } = one);
          const found = await who.identify(chat(one.user)).catch(() => undefined);
          if (!found) continue;
          expect(seen.get(one.user) ?? found.id).toBe(found.id);
          seen.set(one.user, found.id);
        }
        expect(new Set(seen.values()).size).toBe(seen.size);
        own.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe('by mapping', () => {
  const mapped = (mapping: Record<string, string>) => people({ match: 'mapping', mapping });

  test('the person on the list, whatever the chat’s address', async () => {
    expect(await mapped({ UADA: 'ben' }).identify(chat('UADA'))).toEqual(ben);
    expect(links()).toMatchObject([{ data: { person: 'ben', by: 'mapping' } }]);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['who is not on it', {}, /UADA.* not on the list.*administrators/],
    ['who is on it with an id that nobody has', { UADA: 'gone' }, /no longer has that person/],
  ])('%s is refused, although their address would fit', async (_, mapping, message) => {
    expect((await refusalOf(mapped(mapping).identify(chat('UADA')))).message).toMatch(message);
  });

  test('the list’s own properties only', async () => {
    slack.set('constructor', { name: 'x', kind: 'member' });
    expect((await refusalOf(mapped({}).identify(chat('constructor')))).because).toMatch(
      /not on the list/,
    );
  });

  test('guests stay out even when listed', async () => {
    slack.set('UADA', { name: 'Ada', kind: 'guest' });
    expect((await refusalOf(mapped({ UADA: 'ada' }).identify(chat('UADA')))).because).toMatch(
      /Guests/,
    );
  });

  test('a list that changes its mind stops at the link that is on record', async () => {
    await mapped({ UADA: 'ada' }).identify(chat('UADA'));
    expect((await refusalOf(mapped({ UADA: 'ben' }).identify(chat('UADA')))).message).toMatch(
      /linked to another person.*administrators/,
    );
  });
});

describe('by sign-in', () => {
  const said = (subject: string) => ({ issuer: 'https://acme.example', subject });
  const bySignIn = () => people({ match: 'sign-in' });

  test('who has not signed in is told how, and is nobody until then', async () => {
    const who = bySignIn();
    expect(who.mustSignIn(chat('UADA'))).toBe(true);
    expect((await refusalOf(who.identify(chat('UADA')))).message).toMatch(
      /not linked.*press Sign in/,
    );
    await who.link(chat('UADA'), said('ada'));
    expect(who.mustSignIn(chat('UADA'))).toBe(false);
    expect(await bySignIn().identify(chat('UADA'))).toEqual(ada);
  });

  test('once linked, addresses say nothing any more', async () => {
    await bySignIn().link(chat('UADA'), said('ada'));
    slack.set('UADA', { name: 'Ada', email: 'ben@curfew.example', kind: 'member' });
    expect(await bySignIn().identify(chat('UADA'))).toEqual(ada);
  });

  test('a sign-in as somebody else links nobody', async () => {
    expect((await refusalOf(bySignIn().link(chat('UADA'), said('ben')))).message).toMatch(
      /ben signed in.*map the two/,
    );
    expect((await refusalOf(bySignIn().link(chat('UADA'), said('nobody')))).message).toMatch(
      /nobody whom Curfew finds/,
    );
    expect(links()).toEqual([]);
  });

  test('who left the directory since is refused', async () => {
    await bySignIn().link(chat('UADA'), said('ada'));
    directory.put({ ...ada, active: false });
    expect((await refusalOf(bySignIn().identify(chat('UADA')))).message).toMatch(/not active/);
  });

  test('a guest stays out although they were linked', async () => {
    await bySignIn().link(chat('UADA'), said('ada'));
    slack.set('UADA', { name: 'Ada', email: 'ada@curfew.example', kind: 'guest' });
    expect((await refusalOf(bySignIn().identify(chat('UADA')))).message).toMatch(/Guests/);
  });
});

describe('an administrator undoes a link', () => {
  const undo = (user: string) =>
    new Links(ledger).undo(chat(user), {
      actor: 'host:root',
      reason: 'wrong',
      at: '2026-01-02T00:00:00Z',
    });

  test('then both may be linked anew, in every process', async () => {
    const running = people();
    await running.identify(chat('UADA'));
    expect(undo('UADA')).toBe(true);
    slack.set('UADA', { name: 'Ada', email: 'ben@curfew.example', kind: 'member' });
    expect(await running.identify(chat('UADA'))).toEqual(ben);
    expect(undo('UADA')).toBe(true);
    slack.set('UADA', { name: 'Ada', email: 'ada@curfew.example', kind: 'member' });
    expect(await running.identify(chat('UADA'))).toEqual(ada);
    expect(new Set(links().map(({ key }) => key)).size).toBe(3);
  });

  test('who is linked to nobody has nothing to undo', () => {
    expect(undo('UADA')).toBe(false);
    expect(ledger.entries({ kinds: ['person.unlinked'] })).toEqual([]);
  });

  test('whoever came second for the same person does not step in by itself', async () => {
    const at = '2026-01-01T12:00:00.000Z';
    for (const user of ['UADA', 'UEVE'])
      ledger.append({
        kind: 'person.linked',
        key: `link:T1:${user}`,
        at,
        actor: 'ada',
        data: { workspace: 'T1', user, person: 'ada', by: 'email' },
      });
    undo('UADA');
    slack.set('UEVE', { name: 'Eve', email: 'ada@curfew.example', kind: 'member' });
    expect((await refusalOf(people().identify(chat('UEVE')))).message).toMatch(
      /another Slack account/,
    );
    expect(await people().identify(chat('UADA'))).toEqual(ada);
  });
});
