import { describe, expect, test } from '@jest/globals';
import { exampleFolder, loadBundle } from '../../config/bundle';
import { BadSettings } from '../../config/environment';
import { readSettings } from '../../config/settings';
import { requireSignIn } from '../../config/sign-in';
import { sandbox, edge, codec, slack, okta, aws, production } from '../support/settings-given';

const without = (name: string, from: Record<string, string>) => ({ ...from, [name]: '' });

test('development runs on the stand-ins alone', () => {
  const settings = readSettings({ ...sandbox, ...edge }, 'worker');
  expect([settings.slack.kind, settings.directory.kind, settings.aws?.kind]).toEqual([
    'stand-in',
    'stand-in',
    'stand-in',
  ]);
});

test('production runs on real parts alone', () => {
  const settings = readSettings(production, 'worker');
  expect([settings.slack.kind, settings.directory.kind, settings.aws?.kind]).toEqual([
    'real',
    'real',
    'real',
  ]);
});

test('attack 6: a stand-in never stands beside real AWS, whatever NODE_ENV says', () => {
  const settingsWith = (more: object) => () =>
    readSettings({ ...sandbox, ...edge, ...aws, ...more }, 'worker');
  expect(settingsWith({ ...okta, ...codec })).toThrow(/Real AWS requires real Slack/);
  expect(settingsWith({ ...slack, ...codec })).toThrow(/Real AWS requires a real directory/);
  expect(settingsWith({ ...slack, ...okta })).toThrow(/Real AWS requires encrypted histories/);
  expect(settingsWith({ ...slack, ...okta, ...codec })().aws?.kind).toBe('real');
});

test.each([
  ['SLACK_BOT_TOKEN', 'bot'],
  ['SLACK_APP_TOKEN', 'bot'],
  ['OKTA_CLIENT_ORGURL', 'bot'],
  ['OKTA_CLIENT_CLIENTID', 'bot'],
  ['OKTA_CLIENT_PRIVATEKEY', 'worker'],
  ['AWS_REGION', 'worker'],
  ['AWS_ROLE_ARN', 'worker'],
  ['AWS_WEB_IDENTITY_TOKEN_FILE', 'worker'],
  ['CURFEW_CODEC_KEY', 'bot'],
  ['CURFEW_EDGE_KEY', 'bot'],
  ['CURFEW_EDGE_PUBLIC_KEY', 'worker'],
  ['CURFEW_EXTERNAL_ID', 'worker'],
  ['TEMPORAL_ADDRESS', 'bot'],
] as const)('production without %s does not start, and says so', (name, role) => {
  expect(() => readSettings(without(name, production), role)).toThrow(new RegExp(`- ${name}`));
  expect(() => readSettings({ ...without(name, production), ...sandbox }, role)).toThrow(
    BadSettings,
  );
});

describe('Identity Center as the directory', () => {
  const { OKTA_CLIENT_ORGURL, OKTA_CLIENT_CLIENTID, OKTA_CLIENT_PRIVATEKEY, ...rest } = production;
  const chosen = { CURFEW_DIRECTORY: 'identity-center' };

  test('in production it is a real directory, for both processes', () => {
    for (const role of ['bot', 'worker'] as const)
      expect(readSettings({ ...rest, ...chosen }, role).directory).toEqual({
        kind: 'real',
        from: 'identity-center',
      });
  });

  test('in development it is the stand-in’s, with AWS', () => {
    expect(readSettings({ ...sandbox, ...edge, ...chosen }, 'worker').directory.kind).toBe(
      'stand-in',
    );
  });

  test('there is nothing that people could sign in at, and that is said', () => {
    const signIn = { CURFEW_OIDC_ISSUER: 'https://acme.okta.com', CURFEW_OIDC_CLIENT_ID: 'c' };
    const given = { ...rest, ...chosen, ...signIn, CURFEW_PUBLIC_URL: 'https://curfew.example' };
    expect(() => readSettings(given, 'bot')).toThrow(
      '- CURFEW_OIDC_ISSUER is set, and CURFEW_DIRECTORY is identity-center',
    );
    expect(readSettings({ ...sandbox, ...edge, ...chosen }, 'bot').signIn).toBeUndefined();
  });

  test('there is one directory: Okta beside it is refused, and named', () => {
    const both = {
      ...rest,
      ...chosen,
      OKTA_CLIENT_ORGURL,
      OKTA_CLIENT_CLIENTID,
      OKTA_CLIENT_PRIVATEKEY,
    };
    expect(() => readSettings(both, 'worker')).toThrow(
      '- CURFEW_DIRECTORY is identity-center, and OKTA_CLIENT_ORGURL is set: Curfew has one directory. Leave one of them out.',
    );
  });
});

test('the stand-ins refuse production', () => {
  expect(() => readSettings({ ...production, ...sandbox }, 'sandbox')).toThrow(
    /never run in production/,
  );
});

test.each([
  ['CURFEW_PORT', 'http'],
  ['CURFEW_PORT', '70000'],
  ['CURFEW_CODEC_KEY', 'too-short'],
  ['CURFEW_EDGE_KEY', 'not json'],
  ['CURFEW_SLACK_TRANSPORT', 'pigeon'],
  ['CURFEW_DIRECTORY', 'phone-book'],
  ['CURFEW_SANDBOX_URL', 'nowhere'],
])('%s=%s is named as the mistake, and its value is not repeated', (name, value) => {
  const read = () => readSettings({ ...sandbox, ...edge, [name]: value }, 'bot');
  expect(read).toThrow(new RegExp(`- ${name}: `));
  expect(read).not.toThrow(new RegExp(value === 'http' ? '=http' : value));
});

test('every problem is told at once', () => {
  const start = () => readSettings({ NODE_ENV: 'production' }, 'bot');
  expect(start).toThrow(
    /CODEC_KEY[^]*EXTERNAL_ID[^]*TEMPORAL_ADDRESS[^]*SLACK_BOT_TOKEN[^]*EDGE_KEY/,
  );
});

test('the bot starts in production without anything of AWS', () => {
  const names = Object.keys(aws);
  const others = Object.fromEntries(
    Object.entries(production).filter(([name]) => !names.includes(name)),
  );
  expect(readSettings(others, 'bot').aws).toBeUndefined();
  expect(() => readSettings(others, 'worker')).toThrow(/AWS_WEB_IDENTITY_TOKEN_FILE/);
});

test('the worker answers where the image looks in production, anywhere free in development', () => {
  expect(readSettings(production, 'worker').workerPort).toBe(3001);
  expect(readSettings({ ...sandbox, ...edge }, 'worker').workerPort).toBe(0);
});

test('nobody is paged unless it is configured, and each half of a pager needs the other', () => {
  const worker = (more: Record<string, string>) =>
    readSettings({ ...sandbox, ...edge, ...more }, 'worker').paging;
  const key = 'a'.repeat(32);
  const url = 'https://alarms.example/hook';
  expect(worker({})).toEqual({});
  expect(worker({ CURFEW_PAGERDUTY_ROUTING_KEY: key })).toEqual({ pagerDuty: { routingKey: key } });
  expect(worker({ CURFEW_ALARM_WEBHOOK_URL: url, CURFEW_ALARM_WEBHOOK_SECRET: key })).toEqual({
    webhook: { url, secret: key },
  });
  expect(() => worker({ CURFEW_ALARM_WEBHOOK_URL: url })).toThrow(/CURFEW_ALARM_WEBHOOK_SECRET is/);
  expect(() => worker({ CURFEW_ALARM_WEBHOOK_SECRET: key })).toThrow(/CURFEW_ALARM_WEBHOOK_URL is/);
  expect(() => worker({ CURFEW_PAGERDUTY_URL: url })).toThrow(/CURFEW_PAGERDUTY_ROUTING_KEY is/);
});

test.each([
  ['CURFEW_PAGERDUTY_ROUTING_KEY', 'too-short-and-secret'],
  ['CURFEW_ALARM_WEBHOOK_SECRET', 'too-short-and-secret'],
  ['CURFEW_ALARM_WEBHOOK_URL', 'http://alarms.example/secret'],
  ['CURFEW_ALARM_WEBHOOK_URL', 'not a secret url'],
  ['CURFEW_PAGERDUTY_URL', 'ftp://127.0.0.1/secret'],
])('%s=%s is refused by name, without repeating it', (name, value) => {
  const given = () => readSettings({ ...sandbox, ...edge, [name]: value }, 'worker');
  expect(given).toThrow(name);
  expect(given).not.toThrow(/secret/);
});

describe('where people sign in', () => {
  const oidc = {
    CURFEW_OIDC_ISSUER: 'https://acme.okta.example',
    CURFEW_OIDC_CLIENT_ID: 'c',
    CURFEW_PUBLIC_URL: 'https://curfew.example/',
  };
  const signInWith = (more: Record<string, string>, role: 'bot' | 'worker' = 'bot') =>
    readSettings({ ...production, ...more }, role).signIn;
  const { catalog } = loadBundle(exampleFolder);

  test('in development the stand-in, beside the directory’s stand-in alone', () => {
    expect(readSettings({ ...sandbox, ...edge }, 'bot').signIn).toEqual({
      kind: 'stand-in',
      issuer: 'http://127.0.0.1:3000/sandbox/sign-in',
      clientId: 'c',
      publicUrl: 'http://127.0.0.1:3000',
    });
    expect(readSettings({ ...sandbox, ...edge, ...okta }, 'bot').signIn).toBeUndefined();
  });

  test('the real one', () => {
    expect(signInWith({ ...oidc, CURFEW_OIDC_CLIENT_SECRET: 's' })).toEqual({
      kind: 'real',
      issuer: 'https://acme.okta.example',
      clientId: 'c',
      clientSecret: 's',
      publicUrl: 'https://curfew.example',
    });
    expect(signInWith({ CURFEW_OIDC_ISSUER: oidc.CURFEW_OIDC_ISSUER }, 'worker')?.kind).toBe(
      'real',
    );
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['no client', without('CURFEW_OIDC_CLIENT_ID', oidc), /CURFEW_OIDC_CLIENT_ID is not set/],
    ['no address', without('CURFEW_PUBLIC_URL', oidc), /CURFEW_PUBLIC_URL is not set/],
    [
      'no issuer',
      without('CURFEW_OIDC_ISSUER', oidc),
      /CURFEW_OIDC_ISSUER is not set, so CURFEW_PUBLIC_URL/,
    ],
    [
      'an address with a path',
      { ...oidc, CURFEW_PUBLIC_URL: 'https://a.example/curfew' },
      /without a path/,
    ],
    ['an issuer in clear', { ...oidc, CURFEW_OIDC_ISSUER: 'http://acme.example' }, /https:\/\//],
    [
      'attack 6: a stand-in as the issuer beside real AWS',
      { ...oidc, CURFEW_OIDC_ISSUER: 'http://127.0.0.1:3000/sandbox/sign-in' },
      /real AWS requires a real issuer/,
    ],
    [
      'pages in clear beside real AWS',
      { ...oidc, CURFEW_PUBLIC_URL: 'http://127.0.0.1:3000' },
      /real AWS requires one at https/,
    ],
  ])('%s is named', (_, more, told) => {
    expect(() => signInWith(more)).toThrow(told);
  });

  test('a real issuer beside the directory’s stand-in is named', () => {
    expect(() => readSettings({ ...sandbox, ...edge, ...oidc }, 'bot')).toThrow(
      /knows nobody who signs in/,
    );
  });

  test('a configuration that sends people there needs to know where', () => {
    expect(() => requireSignIn(catalog, undefined)).not.toThrow();
    const linking = { by: 'sign-in', people: {} } as const;
    expect(() => requireSignIn({ ...catalog, linking }, undefined)).toThrow(
      /link: sign-in\. Set CURFEW_OIDC_ISSUER/,
    );
    const roles = () =>
      catalog.roles().map((role) => ({
        ...role,
        stepUp: { before: ['approve' as const], maxAgeSeconds: 300, acr: [] },
      }));
    expect(() => requireSignIn({ ...catalog, roles }, undefined)).toThrow(
      /stepUp for dev-readonly\. Set CURFEW_OIDC_ISSUER.*or remove stepUp/,
    );
  });
});
