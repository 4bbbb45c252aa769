import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PEOPLE } from '../../sandbox/people';
import { signInAs, startSignIn, type StartedSignIn } from '../support/sign-in-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();
let standIn: StartedSignIn;
beforeAll(async () => {
  standIn = await startSignIn(path.join(folder, randomUUID()), PEOPLE);
});
afterAll(() => standIn.close());

test('the page says that it is a stand-in, and offers everybody who is active', async () => {
  const { url } = await standIn.signIn().begin();
  const page = await (await fetch(url)).text();
  expect(page).toMatch(/stand-in on this machine, not a company directory/);
  expect(page).toMatch(/value="00uada00000000000001"\s+required/);
  expect(page).toMatch(/Fay Lund[^<]*\(deactivated\)/);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['no PKCE', { code_challenge: '' }, /PKCE is required/],
  ['PKCE in clear', { code_challenge_method: 'plain' }, /PKCE is required/],
  ['another client', { client_id: 'other' }, /No application/],
  ['another way back', { redirect_uri: 'https://evil.example/' }, /may not be sent back/],
  ['the implicit flow', { response_type: 'id_token' }, /Only response_type=code/],
])('%s is refused on the page and nobody is sent anywhere', async (_, changes, told) => {
  const url = new URL((await standIn.signIn().begin()).url);
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  const answer = await fetch(url, { redirect: 'manual' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(told);
});

test('whoever is not active cannot sign in', async () => {
  const { url } = await standIn.signIn().begin();
  await expect(signInAs(url, '00ufay00000000000006')).rejects.toThrow(/nobody signed in \(403\)/);
});

test('what an application writes into its request is text on the page, never markup', async () => {
  const url = new URL((await standIn.signIn().begin()).url);
  url.searchParams.set('state', '"><script>alert(1)</script>');
  expect(await (await fetch(url)).text()).not.toContain('<script>');
});
