import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { policyToken, type TokensFor } from '../../cli/commands/policy-token';
import { createWorkloadTokens } from '../../identity/workload-tokens';
import { captured } from '../support/captured';
import { changedExample } from '../support/changed-example';
import { temporaryFolder } from '../support/temporary-folder';
import { GITHUB_CLAIMS, startIssuer, type StartedIssuer } from '../support/token-issuer';

const folder = temporaryFolder();
const tokensFor: TokensFor = (workloads) =>
  createWorkloadTokens({ workloads: () => workloads, timeoutMs: 500 });
let issuer: StartedIssuer;
let config: string;
beforeAll(async () => {
  issuer = await startIssuer();
  config = changedExample(folder, (text) =>
    text.replace('provider: github', `provider: github\n    issuer: ${issuer.url}`),
  );
});
afterAll(() => issuer.close());
beforeEach(() => {
  issuer.state.answer = 'keys';
});

test('a job’s token is told to be its pipeline’s, with the run and what is pinned', async () => {
  const { code, out, err } = await policyToken(config, `${await issuer.token()}\n`, tokensFor);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({
    workload: 'deploy-shop',
    kind: 'pipeline',
    accountable: 'gus@curfew.example',
    run: 'github/100000001/4242/1',
    claims: { environment: 'staging' },
  });
});

test('one that is not ends with 1 and says which claim does not fit', async () => {
  const token = await issuer.token({ ...GITHUB_CLAIMS, environment: 'production' });
  const { code, out, err } = await policyToken(config, token, tokensFor);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/deploy-shop: environment is production, not staging/);
  expect(err).not.toContain(token.slice(0, 20));
});

test('when the issuer does not answer, it ends with 3: nobody knows', async () => {
  issuer.state.answer = 'silence';
  const { code, err } = await policyToken(config, await issuer.token(), tokensFor);
  expect(code).toBe(3);
  expect(err).toBe(`The keys of ${issuer.url} cannot be had right now.`);
});

test('a configuration without workloads, or with a mistake in one, is said to be so', async () => {
  const none = changedExample(folder, (text) =>
    text.replace(/\nworkloads:[\s\S]+$/, '\n').replace(/ {4}workloads:\n {6}max: 30m[^\n]*\n/, ''),
  );
  writeFileSync(`${none}/policies/workloads.cedar`, '// nobody\n');
  expect(await policyToken(none, 'a token', tokensFor)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/has no workloads/),
  });
  const broken = changedExample(folder, (text) => text.replace('provider: github', 'provider: x'));
  expect(await policyToken(broken, 'a token', tokensFor)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/workloads\.deploy-shop\.provider/),
  });
});

test('it is there on the command line', async () => {
  const { code, out } = await captured(['policy', 'token', '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(/--config/);
});
