/** Environments that processes may be given: of stand-ins, of each real part, and of all of them. */
export const sandbox = {
  CURFEW_SANDBOX_URL: 'http://127.0.0.1:3000',
  CURFEW_SANDBOX_KEYS: JSON.stringify({
    botToken: 'xoxb-1',
    appToken: 'xapp-1',
    signingSecret: 's',
    awsBearer: 'b',
    directoryKey: { kty: 'RSA' },
    directoryClientId: 'c',
  }),
};
export const edge = { CURFEW_EDGE_KEY: '{"kty":"OKP"}', CURFEW_EDGE_PUBLIC_KEY: '{"kty":"OKP"}' };
export const codec = { CURFEW_CODEC_KEY: Buffer.alloc(32).toString('base64url') };
export const slack = { SLACK_BOT_TOKEN: 'xoxb-2', SLACK_APP_TOKEN: 'xapp-2' };
export const okta = {
  OKTA_CLIENT_ORGURL: 'https://acme.okta.example',
  OKTA_CLIENT_CLIENTID: 'c',
  OKTA_CLIENT_PRIVATEKEY: 'k',
};
export const aws = {
  AWS_REGION: 'eu-central-1',
  AWS_ROLE_ARN: 'arn:aws:iam::1:role/bot',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
};
export const production = {
  NODE_ENV: 'production',
  CURFEW_EXTERNAL_ID: 'random-id',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  ...edge,
  ...codec,
  ...slack,
  ...okta,
  ...aws,
};
