import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fastify from 'fastify';
import { pageFiles } from '../../sandbox/page-files';

const FOLDER = path.join(__dirname, '../../sandbox/page');
const files = readdirSync(FOLDER).filter((name) => !name.endsWith('.d.ts'));
const app = fastify();

beforeAll(() => pageFiles(app));
afterAll(() => app.close());

describe('the page is served from one place and loads from nowhere else', () => {
  test('at / it is the page, under a policy that allows only its own parts', async () => {
    const { statusCode, headers, body } = await app.inject('/');
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toMatch('text/html');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(body).toContain('Local stand-in, not Slack');
  });

  test.each(files)('%s is served', async (name) => {
    expect((await app.inject(`/page/${name}`)).statusCode).toBe(200);
  });

  test.each(['/page/mrkdwn.d.ts', '/page/../page-files.ts', '/page/%2e%2e/people.ts', '/page/'])(
    '%s is not',
    async (url) => {
      expect((await app.inject(url)).statusCode).toBe(404);
    },
  );

  test.each(files)('%s names no other server and reads no markup', (name) => {
    const text = readFileSync(path.join(FOLDER, name), 'utf8');
    const addresses = text.match(/https?:\/\/[\w.]+/g) ?? [];
    expect(addresses.filter((address) => address !== 'http://www.w3.org')).toEqual([]);
    expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
  });
});
