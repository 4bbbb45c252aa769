import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { subjectHash } from '../../keys/subject';
import { PEOPLE } from '../../sandbox/people';
import { aGrant } from '../support/bot-scene';
import { startSignIn, signInAs, type StartedSignIn } from '../support/sign-in-stand-in';
import { chat, startPages, type Browser, type Pages } from '../support/sign-in-pages';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const [ada, ben] = PEOPLE;
if (!ada || !ben) throw new Error('there are people');
const ADA = chat(ada.id);
const BEN = chat(ben.id);

let standIn: StartedSignIn;
let pages: Pages;
let browser: Browser;
beforeAll(async () => {
  standIn = await startSignIn(path.join(folder, randomUUID()), PEOPLE);
});
afterAll(() => standIn.close());
beforeEach(async () => {
  pages = await startPages(standIn, folder);
  browser = pages.browser();
});
afterEach(async () => {
  standIn.faults.clear();
  await pages.close();
});

const linkFor = (user = ADA): string => pages.desk.wayToLink(user)?.url ?? '';
const kinds = () => pages.ledger.entries({}).map(({ kind }) => kind);

/** Follows a link and signs in, up to where the browser is sent next. */
async function signIn(url: string, subject: string, using = browser) {
  const { location } = await using.get(url);
  const query = await signInAs(location, subject);
  return using.get(`/sign-in/callback?${query}`);
}

describe('linking by sign-in', () => {
  test('shows both, and links them when the button is pressed', async () => {
    expect(await signIn(linkFor(), ada.directoryId)).toMatchObject({
      status: 303,
      location: '/sign-in/confirm',
    });
    const page = await browser.get('/sign-in/confirm');
    expect(page.body).toContain('Ada Engel');
    expect(page.body).toContain('Curfew Sandbox, U0ADA00001');
    expect(page.body).toContain('ada@curfew.example');
    expect(kinds()).toEqual(['signin.offered']);
    expect(await browser.post({ csrf: page.csrf })).toMatchObject({ status: 200 });
    expect(pages.ledger.entries({ kinds: ['person.linked'] })).toMatchObject([
      {
        actor: ada.directoryId,
        data: { user: ada.id, by: 'sign-in', issuer: standIn.issuer },
      },
    ]);
    expect(await pages.linking.identify(ADA)).toMatchObject({ id: ada.directoryId });
    expect(pages.told).toEqual([
      { to: ada.id, text: expect.stringContaining('is linked to Ada Engel') },
    ]);
    expect(pages.desk.wayToLink(ADA)).toBeUndefined();
  });

  test('attack 5: whoever a link was forwarded to links nobody, and both are told', async () => {
    const other = await signIn(linkFor(BEN), ben.directoryId);
    await browser.post({ csrf: (await browser.get(other.location)).csrf });
    pages.told.length = 0;

    const stolen = await signIn(linkFor(ADA), ben.directoryId, pages.browser());
    expect(stolen.status).toBe(403);
    expect(stolen.body).toContain('Ben Okafor signed in');
    expect(stolen.body).toContain('map the two');
    expect(pages.told).toEqual([
      { to: ada.id, text: expect.stringContaining('Nothing was linked') },
      { to: ben.id, text: expect.stringContaining('tell your security team') },
    ]);
    expect(pages.ledger.entries({ kinds: ['signin.refused'] })).toMatchObject([
      { actor: ben.directoryId, data: { by: ADA } },
    ]);
    expect(pages.linking.userOf(ada.directoryId)).toBeUndefined();
  });

  test.each<[string, Partial<{ email: string; kind: 'guest' | 'stranger' }>, RegExp]>([
    ['has the address of nobody', { email: 'ada@elsewhere.example' }, /Nobody in the company/],
    ['has no address', { email: '' }, /no confirmed e-mail address/],
    ['is a guest', { kind: 'guest' }, /Guests cannot use Curfew/],
    ['is of another workspace', { kind: 'stranger' }, /another Slack workspace/],
  ])(
    'a Slack account that %s is not linked, though its owner signs in',
    async (_, changes, told) => {
      pages.slack.set(ada.id, { name: 'Ada', email: ada.email, kind: 'member', ...changes });
      const { status, body } = await signIn(linkFor(), ada.directoryId);
      expect(status).toBe(403);
      expect(body).toMatch(told);
      expect(kinds()).not.toContain('person.linked');
    },
  );

  test('an address in another case is the same', async () => {
    pages.slack.set(ada.id, { name: 'Ada', email: 'ADA@Curfew.EXAMPLE', kind: 'member' });
    expect(await signIn(linkFor(), ada.directoryId)).toMatchObject({ status: 303 });
  });

  test('an address that two people have is nobody’s', async () => {
    pages.directory.put({
      id: 'twin',
      name: 'T',
      emails: ['ADA@curfew.example'],
      groups: [],
      active: false,
    });
    const { status, body } = await signIn(linkFor(), ada.directoryId);
    expect(status).toBe(403);
    expect(body).toContain('Several people');
  });

  test('who is mapped, or linked before, is sent nowhere', async () => {
    const mapped = await startPages(standIn, folder, { mapping: { [ada.id]: ada.directoryId } });
    expect(mapped.desk.wayToLink(ADA)).toBeUndefined();
    expect(await mapped.linking.identify(ADA)).toMatchObject({ id: ada.directoryId });
    expect(mapped.ledger.entries({ kinds: ['person.linked'] })).toMatchObject([
      { data: { by: 'mapping' } },
    ]);
    await mapped.close();
  });

  test('a person whom the list gives to one Slack account is not taken by another', async () => {
    const mapped = await startPages(standIn, folder, { mapping: { [ben.id]: ada.directoryId } });
    const visitor = mapped.browser();
    const { location } = await visitor.get(mapped.desk.wayToLink(ADA)?.url ?? '');
    await visitor.get(`/sign-in/callback?${await signInAs(location, ada.directoryId)}`);
    const { csrf } = await visitor.get('/sign-in/confirm');
    const { status, body } = await visitor.post({ csrf });
    expect(status).toBe(403);
    expect(body).toContain('linked to another Slack account');
    await mapped.close();
  });
});

describe('a link is one person’s, once, for ten minutes', () => {
  test('after ten minutes', async () => {
    const url = linkFor();
    pages.clock.ms = 600_001;
    expect((await browser.get(url)).body).toContain('works for ten minutes');
  });

  test('after it was used, in whatever browser', async () => {
    const url = linkFor();
    await signIn(url, ada.directoryId);
    await browser.post({ csrf: (await browser.get('/sign-in/confirm')).csrf });
    expect((await pages.browser().get(url)).body).toContain('used already');
  });

  test('two who both came as far as the page: the second press does nothing', async () => {
    const url = linkFor();
    const second = pages.browser();
    await signIn(url, ada.directoryId);
    await signIn(url, ada.directoryId, second);
    const [one, other] = [
      await browser.get('/sign-in/confirm'),
      await second.get('/sign-in/confirm'),
    ];
    expect((await browser.post({ csrf: one.csrf })).status).toBe(200);
    expect((await second.post({ csrf: other.csrf })).body).toContain('used already');
    expect(pages.ledger.entries({ kinds: ['signin.used'] })).toHaveLength(1);
  });

  test('the same press again, after its answer was lost, is answered the same', async () => {
    await signIn(linkFor(), ada.directoryId);
    const { csrf } = await browser.get('/sign-in/confirm');
    expect((await browser.post({ csrf })).status).toBe(200);
    expect((await browser.post({ csrf })).status).toBe(200);
    expect(pages.ledger.entries({ kinds: ['person.linked'] })).toHaveLength(1);
  });

  test.each(['', 'x', '"><script>'])('one that nobody made: %j', async (token) => {
    const { status, body } = await browser.get(`/sign-in/begin?offer=${encodeURIComponent(token)}`);
    expect(status).toBe(403);
    expect(body).not.toContain('<script>');
  });

  test('another process goes on where one was killed', async () => {
    const { location } = await browser.get(linkFor());
    const next = await startPages(standIn, folder, { file: pages.file });
    const moved = next.browser();
    moved.setCookie(browser.cookie());
    const query = await signInAs(location, ada.directoryId);
    expect(await moved.get(`/sign-in/callback?${query}`)).toMatchObject({ status: 303 });
    await next.close();
  });

  test('on record is its hash alone, and neither it nor a code is in a log', async () => {
    const url = linkFor();
    await signIn(url, ada.directoryId);
    await browser.post({ csrf: (await browser.get('/sign-in/confirm')).csrf });
    const token = new URL(url).searchParams.get('offer') ?? '';
    expect(token).toHaveLength(43);
    expect(JSON.stringify(pages.ledger.entries({}))).not.toContain(token);
    expect(pages.logged.join('')).not.toMatch(/offer=|code=/);
  });
});

describe('only the browser that began, on Curfew’s own page', () => {
  test('looking at the page links nobody', async () => {
    await signIn(linkFor(), ada.directoryId);
    await browser.get('/sign-in/confirm');
    expect(kinds()).toEqual(['signin.offered']);
  });

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['a wrong token', { csrf: 'x'.repeat(43) }, {}],
    ['no token', {}, {}],
  ])('%s', async (_, form, headers) => {
    await signIn(linkFor(), ada.directoryId);
    expect((await browser.post(form, headers)).status).toBe(403);
    expect(kinds()).not.toContain('person.linked');
  });

  test('a form on another site', async () => {
    await signIn(linkFor(), ada.directoryId);
    const { csrf } = await browser.get('/sign-in/confirm');
    const { status } = await browser.post({ csrf }, { origin: 'https://evil.example' });
    expect(status).toBe(403);
    expect(kinds()).not.toContain('person.linked');
  });

  test('somebody else’s answer of the directory (sign-in forged into a browser)', async () => {
    const mallory = pages.browser();
    const { location } = await mallory.get(linkFor(BEN));
    const query = await signInAs(location, ben.directoryId);
    expect((await browser.get(`/sign-in/callback?${query}`)).status).toBe(403);
    await browser.get(linkFor(ADA));
    expect((await browser.get(`/sign-in/callback?${query}`)).status).toBe(403);
  });

  test('the same answer twice', async () => {
    const { location } = await browser.get(linkFor());
    const begun = browser.cookie();
    const query = await signInAs(location, ada.directoryId);
    await browser.get(`/sign-in/callback?${query}`);
    expect((await browser.get(`/sign-in/callback?${query}`)).body).toContain('not begun');
    browser.setCookie(begun);
    expect((await browser.get(`/sign-in/callback?${query}`)).body).toContain('invalid_grant');
  });

  test('a cookie of the first step is none of the second', async () => {
    await browser.get(linkFor());
    expect((await browser.get('/sign-in/confirm')).status).toBe(403);
  });

  test('a changed cookie', async () => {
    await signIn(linkFor(), ada.directoryId);
    browser.setCookie(`${browser.cookie().slice(0, -2)}AA`);
    expect((await browser.get('/sign-in/confirm')).status).toBe(403);
  });
});

test('every page is for nobody’s cache, frame or script, and names what it shows as text', async () => {
  pages.slack.set(ada.id, {
    name: '<img src=x onerror=alert(1)>\u202E',
    email: ada.email,
    kind: 'member',
  });
  await signIn(linkFor(), ada.directoryId);
  const { headers, body } = await browser.get('/sign-in/confirm');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(body).toContain('&lt;img src=x');
  expect(body).not.toMatch(/<script|<img|style=| on[a-z]+="|\u202E/);
});

test('a directory that does not answer is a fault, and nothing is used up', async () => {
  const url = linkFor();
  standIn.faults.order({ target: 'directory', operation: 'sign-in.configuration', kind: '503' });
  expect(await browser.get(url)).toMatchObject({ status: 503 });
  expect(await signIn(url, ada.directoryId)).toMatchObject({ status: 303 });
});

describe('approving with a fresh sign-in', () => {
  const CARLA = chat('U0CARLA003');
  const carla = PEOPLE.find(({ id }) => id === CARLA.user)?.directoryId ?? '';
  const ids = { requestId: 'r-aaaaaaaaaaaaaaaa', grantId: 'g-aaaaaaaaaa' };
  const about = { requestId: ids.requestId, termsHash: 'terms' };
  beforeEach(async () => {
    await pages.close();
    pages = await startPages(standIn, folder, { match: 'email' });
    browser = pages.browser();
    pages.frontDesk.put(aGrant(ids, { state: 'waiting' }), about.termsHash);
  });
  const wayOf = async (by = CARLA, less = {}) =>
    (await pages.desk.wayToApprove(by, about, less))?.url ?? '';
  const votes = () => pages.frontDesk.said.reviews;

  test('asks the directory for it, shows the terms, and votes when the button is pressed', async () => {
    const { location } = await browser.get(await wayOf());
    const asked = new URL(location).searchParams;
    expect([asked.get('prompt'), asked.get('max_age'), asked.get('acr_values')]).toEqual([
      'login',
      '300',
      'phr',
    ]);
    await browser.get(`/sign-in/callback?${await signInAs(location, carla)}`);
    const page = await browser.get('/sign-in/confirm');
    for (const shown of [
      'prod-admin',
      'shop-prod',
      'Ada Engel',
      '1 h',
      'failover is stuck',
      'Carla',
    ])
      expect(page.body).toContain(shown);
    expect(votes()).toEqual([]);
    expect(await browser.post({ csrf: page.csrf })).toMatchObject({ status: 200 });
    expect(votes()).toMatchObject([
      {
        statement: {
          ...about,
          by: CARLA,
          verdict: 'approve',
          stepUp: {
            issuer: standIn.issuer,
            subjectHash: subjectHash(standIn.issuer, carla),
            acr: 'phr',
          },
        },
      },
    ]);
  });

  test('for less than was asked', async () => {
    await signIn(await wayOf(CARLA, { durationMinutes: 20, reason: 'enough' }), carla);
    const page = await browser.get('/sign-in/confirm');
    expect(page.body).toMatch(/20 min.*1 h were asked for/s);
    await browser.post({ csrf: page.csrf });
    expect(votes()).toMatchObject([{ statement: { durationMinutes: 20, reason: 'enough' } }]);
  });

  test('attack 5: somebody else who signs in approves nothing, and who pressed is told', async () => {
    const { status, body } = await signIn(await wayOf(), ben.directoryId);
    expect(status).toBe(403);
    expect(body).toContain('Ben Okafor signed in, and it was Carla Rossi who pressed Approve');
    expect(pages.told).toEqual([
      { to: CARLA.user, text: expect.stringContaining('Nothing was approved') },
    ]);
    expect((await browser.get('/sign-in/confirm')).status).toBe(403);
    expect(votes()).toEqual([]);
  });

  test('a weaker sign-in does not come as far as the page', async () => {
    const { location } = await browser.get(await wayOf());
    const query = await signInAs(location, carla, 'password');
    expect((await browser.get(`/sign-in/callback?${query}`)).body).toContain('stronger sign-in');
  });

  test('the page of another request: what was signed in for is what is voted on', async () => {
    const other = { requestId: 'r-bbbbbbbbbbbbbbbb', grantId: 'g-bbbbbbbbbb' };
    pages.frontDesk.put(aGrant(other, { state: 'waiting', reason: 'something else' }));
    await signIn(await wayOf(), carla);
    const { csrf } = await browser.get('/sign-in/confirm');
    const second = pages.browser();
    const way = await pages.desk.wayToApprove(CARLA, { ...about, ...other }, {});
    await signIn(way?.url ?? '', carla, second);
    // The token of one page in the other's form, and the other way round.
    expect((await second.post({ csrf })).status).toBe(403);
    await browser.post({ csrf });
    expect(votes().map(({ statement }) => statement.requestId)).toEqual([ids.requestId]);
  });

  test('a press that is repeated is one vote', async () => {
    await signIn(await wayOf(), carla);
    const { csrf } = await browser.get('/sign-in/confirm');
    await browser.post({ csrf });
    await browser.post({ csrf });
    expect(new Set(votes().map(({ clickId }) => clickId)).size).toBe(1);
  });

  test('a request that was decided in the meantime', async () => {
    await signIn(await wayOf(), carla);
    const { csrf } = await browser.get('/sign-in/confirm');
    pages.frontDesk.put(aGrant(ids, { state: 'withdrawn' }));
    const { status, body } = await browser.post({ csrf });
    expect(status).toBe(403);
    expect(body).toContain('does not wait for anybody');
    expect(votes()).toEqual([]);
  });

  test('what the desk refuses is said and put on record', async () => {
    await signIn(await wayOf(chat(ada.id)), ada.directoryId);
    const page = await browser.get('/sign-in/confirm');
    const { status } = await browser.post({ csrf: page.csrf });
    expect(status).toBe(403);
    expect(kinds()).toContain('click.refused');
  });

  test('a desk that does not answer is not known yet, and may be asked again', async () => {
    await signIn(await wayOf(), carla);
    const { csrf } = await browser.get('/sign-in/confirm');
    pages.frontDesk.behave('pending');
    // The page asks the desk first: a held desk is a fault there, not an answer.
    const { body } = await browser.post({ csrf });
    expect(body).toMatch(/Not known yet|does not answer/);
    pages.frontDesk.behave('well');
    expect((await browser.post({ csrf })).status).toBe(200);
  });

  test('other roles are approved with one press', async () => {
    pages.frontDesk.put(aGrant(ids, { state: 'waiting', role: 'staging-admin' }));
    expect(await pages.desk.wayToApprove(CARLA, about, {})).toBeUndefined();
  });
});
