import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChatUser } from '../../access/chat-user';
import { newReceiverKeys, thumbprint } from '../../keys/receiver';
import { subjectHash } from '../../keys/subject';
import { PEOPLE } from '../../sandbox/people';
import { aGrant } from '../support/bot-scene';
import { chat, startPages, type Browser, type Pages } from '../support/sign-in-pages';
import { signInAs, startSignIn, type StartedSignIn } from '../support/sign-in-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
const [ada, ben] = PEOPLE;
if (!ada || !ben) throw new Error('the stand-in has people');
const ADA = chat(ada.id);
const ids = { requestId: 'r-aaaaaaaaaaaaaaaa', grantId: 'g-aaaaaaaaaa' };

let standIn: StartedSignIn;
let pages: Pages;
let browser: Browser;
beforeAll(async () => {
  standIn = await startSignIn(path.join(folder, randomUUID()), PEOPLE);
});
afterAll(() => standIn.close());
beforeEach(async () => {
  pages = await startPages(standIn, folder, { match: 'email' });
  browser = pages.browser();
});
afterEach(() => pages.close());

/** From the link to where the directory sends the browser back. */
async function signIn(url: string, person: string, acr?: string) {
  const { location } = await browser.get(url);
  return browser.get(`/sign-in/callback?${await signInAs(location, person, acr)}`);
}
const evidence = () => ({
  issuer: standIn.issuer,
  subjectHash: subjectHash(standIn.issuer, ada.directoryId),
  authTime: expect.any(String),
  acr: 'phr',
});
const kinds = () => pages.ledger.entries({}).map(({ kind }) => kind);

describe('connecting a terminal with a fresh sign-in', () => {
  /** A terminal has brought the code, and its words stand in the chat. */
  async function bound(by = ADA, changes = {}) {
    pages.frontDesk.put(aGrant(ids, changes));
    const { receiver } = await newReceiverKeys();
    const { grantId } = ids;
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    await pages.frontDesk.offerConnection({ grantId, codeHash: 'h', expiresAt, by, shownIn: 'V' });
    const is = await pages.frontDesk.bind({ grantId, codeHash: 'h', receiver, proof: 'p' });
    if (is.outcome !== 'done') throw new Error('the code should fit');
    return { receiver, words: is.words };
  }
  const wayOf = async (words: string, by: ChatUser = ADA) =>
    (await pages.desk.wayToConnect(by, { ...ids, words }))?.url ?? '';

  test('asks the directory for it, shows the words, and confirms just those keys when the button is pressed', async () => {
    const { receiver, words } = await bound();
    const { location } = await browser.get(await wayOf(words));
    const asked = new URL(location).searchParams;
    expect([asked.get('prompt'), asked.get('max_age'), asked.get('acr_values')]).toEqual([
      'login',
      '300',
      'phr',
    ]);
    await browser.get(`/sign-in/callback?${await signInAs(location, ada.directoryId)}`);
    const page = await browser.get('/sign-in/confirm');
    for (const shown of [words, 'prod-admin', 'shop-prod', 'Ada Engel'])
      expect(page.body).toContain(shown);
    expect(pages.frontDesk.confirmed).toEqual([]);
    expect(await browser.post({ csrf: page.csrf })).toMatchObject({
      status: 200,
      body: expect.stringContaining('Your terminal goes on by itself'),
    });
    expect(pages.frontDesk.confirmed).toMatchObject([
      {
        grantId: ids.grantId,
        by: ADA,
        signingThumbprint: await thumbprint(receiver.signing),
        encryptionThumbprint: await thumbprint(receiver.encryption),
        stepUp: evidence(),
      },
    ]);
  });

  test('attack 7: somebody else who signs in connects nothing, and who pressed is told', async () => {
    const { words } = await bound();
    const { status, body } = await signIn(await wayOf(words), ben.directoryId);
    expect(status).toBe(403);
    expect(body).toContain('Ben Okafor signed in, and it was Ada Engel who pressed Confirm');
    expect(pages.told).toEqual([
      { to: ADA.user, text: expect.stringContaining('Nothing was connected') },
    ]);
    expect((await browser.get('/sign-in/confirm')).status).toBe(403);
    expect(pages.frontDesk.confirmed).toEqual([]);
  });

  test('attack 7: a terminal that came in its place since is not the one that was signed in for', async () => {
    const { words } = await bound();
    await signIn(await wayOf(words), ada.directoryId);
    const { csrf } = await browser.get('/sign-in/confirm');
    await bound();
    const { status, body } = await browser.post({ csrf });
    expect(status).toBe(403);
    expect(body).toMatch(/not the words of the terminal.*Press Connect in Slack for a new code/s);
    expect(pages.frontDesk.confirmed).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    ['that is over', { state: 'ended' }, /not live/],
    ['of somebody else', { requester: chat(ben.id) }, /Only the person who was given this access/],
  ])('a grant %s is not connected', async (_, changes, told) => {
    const { words } = await bound();
    const url = await wayOf(words);
    pages.frontDesk.put(aGrant(ids, changes));
    const { status, body } = await signIn(url, ada.directoryId);
    expect(status).toBe(403);
    expect(body).toMatch(told);
  });

  test('the same press again, after its answer was lost, is answered the same', async () => {
    const { words } = await bound();
    await signIn(await wayOf(words), ada.directoryId);
    const { csrf } = await browser.get('/sign-in/confirm');
    expect((await browser.post({ csrf })).status).toBe(200);
    expect(await browser.post({ csrf })).toMatchObject({
      status: 200,
      body: expect.stringContaining('Connected'),
    });
    expect(pages.frontDesk.confirmed).toHaveLength(1);
  });

  test('other roles are connected with one press', async () => {
    const { words } = await bound(ADA, { role: 'staging-admin' });
    expect(await pages.desk.wayToConnect(ADA, { ...ids, words })).toBeUndefined();
  });
});

describe('breaking the glass with a fresh sign-in', () => {
  const asked = {
    requestId: ids.requestId,
    requester: ADA,
    role: 'prod-admin',
    durationMinutes: 45,
    reason: 'the failover is stuck',
    ticket: 'INC-42',
    breakGlass: true as const,
  };
  const wayOf = () => pages.desk.wayToBreakGlass(asked)?.url ?? '';
  const requests = () => pages.frontDesk.said.requests;

  test('shows what is asked for, and asks when the button is pressed', async () => {
    await signIn(wayOf(), ada.directoryId);
    const page = await browser.get('/sign-in/confirm');
    for (const shown of [asked.role, '45 min', asked.reason, asked.ticket, 'Ada Engel'])
      expect(page.body).toContain(shown);
    expect(requests()).toEqual([]);
    expect(await browser.post({ csrf: page.csrf })).toMatchObject({ status: 200 });
    expect(requests()).toEqual([
      {
        kind: 'request',
        request: { ...asked, submittedAt: expect.any(String) },
        stepUp: evidence(),
      },
    ]);
  });

  test('attack 3: somebody else who signs in asks for nothing, and who submitted the form is told', async () => {
    const { status, body } = await signIn(wayOf(), ben.directoryId);
    expect(status).toBe(403);
    expect(body).toContain('Ben Okafor signed in, and it was Ada Engel who pressed Request');
    expect(pages.told).toEqual([
      { to: ADA.user, text: expect.stringContaining('Nothing was given') },
    ]);
    expect(kinds()).toContain('signin.refused');
    expect(requests()).toEqual([]);
  });

  test('a weaker sign-in does not come as far as the page', async () => {
    const { body } = await signIn(wayOf(), ada.directoryId, 'password');
    expect(body).toContain('stronger sign-in');
    expect(requests()).toEqual([]);
  });

  test('a press that is repeated is one request, and the form that is sent again, too', async () => {
    await signIn(wayOf(), ada.directoryId);
    const { csrf } = await browser.get('/sign-in/confirm');
    await browser.post({ csrf });
    await browser.post({ csrf });
    browser = pages.browser();
    await signIn(wayOf(), ada.directoryId);
    await browser.post({ csrf: (await browser.get('/sign-in/confirm')).csrf });
    expect(pages.frontDesk.effects).toEqual([`open ${ids.requestId}`]);
  });

  test('is nothing of an ordinary request, nor of a role that demands none', () => {
    const { breakGlass: _, ...ordinary } = asked;
    expect(pages.desk.wayToBreakGlass(ordinary)).toBeUndefined();
    expect(pages.desk.wayToBreakGlass({ ...asked, role: 'staging-admin' })).toBeUndefined();
  });
});
