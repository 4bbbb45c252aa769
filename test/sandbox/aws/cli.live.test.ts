import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callsWith, cutting, mintOrder } from '../../support/aws-calls';
import { ACCOUNT, BEARER, startAwsStandIn, type RunningStandIn } from '../../support/aws-stand-in';
import { needs } from '../../support/needs';
import { pythonTools } from '../../support/python-tools';
import { temporaryFolder } from '../../support/temporary-folder';

const run = promisify(execFile);

needs('python')('the AWS CLI, unmodified', () => {
  const data = temporaryFolder();
  let python: string;
  let aws: RunningStandIn;
  beforeAll(async () => {
    python = await pythonTools();
    aws = await startAwsStandIn(data);
  }, 300_000);
  afterAll(() => aws.stop());

  /** Nothing of this machine's own AWS configuration is seen. */
  const cli = async (env: Record<string, string>, ...args: string[]): Promise<unknown> => {
    const { stdout } = await run(python, ['-m', 'awscli', '--output', 'json', ...args], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: data,
        AWS_ENDPOINT_URL: aws.endpoint,
        AWS_REGION: 'eu-central-1',
        AWS_DEFAULT_REGION: 'eu-central-1',
        AWS_MAX_ATTEMPTS: '1',
        ...env,
      },
    });
    return JSON.parse(stdout);
  };

  test('gets the bot’s identity from the container endpoint', async () => {
    const container = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.endpoint}/container-credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: BEARER,
    };
    expect(await cli(container, 'sts', 'get-caller-identity')).toMatchObject({
      Arn: 'arn:aws:sts::000000000000:assumed-role/curfew-bot/curfew',
    });
  });

  test('works with a grant’s session until it is cut', async () => {
    const bot = callsWith(aws.endpoint, await aws.bot());
    const keys = await bot.assume(mintOrder('g-aaaaaaaaaa'));
    const session = {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
    };
    expect(await cli(session, 'sts', 'get-caller-identity')).toMatchObject({ Account: ACCOUNT });
    expect(await cli(session, 's3api', 'list-buckets')).toMatchObject({
      Buckets: expect.arrayContaining([expect.objectContaining({ Name: `logs-${ACCOUNT}` })]),
    });
    await callsWith(aws.endpoint, aws.admin()).put(cutting('g-aaaaaaaaaa'));
    await expect(cli(session, 's3api', 'list-buckets')).rejects.toThrow(
      /AccessDenied.*explicit deny in an identity-based policy/s,
    );
  });
});
