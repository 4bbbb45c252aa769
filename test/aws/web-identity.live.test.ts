import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAws, type Aws } from '../../aws/create-aws';
import { startMoto } from '../support/moto';
import { needs } from '../support/needs';
import { temporaryFolder } from '../support/temporary-folder';

const roleArn = 'arn:aws:iam::999999999999:role/curfew-bot';

needs('python')('a web identity token file', () => {
  const tokenFile = path.join(temporaryFolder(), 'token');
  let moto: { endpoint: string; close(): Promise<void> };
  let aws: Aws;
  beforeAll(async () => {
    writeFileSync(tokenFile, 'header.payload.signature');
    moto = await startMoto();
    aws = createAws({
      credentials: { kind: 'web-identity', tokenFile, roleArn, region: 'eu-central-1' },
      botRoleArn: roleArn,
      region: 'eu-central-1',
      externalId: 'an-external-id',
      endpoint: moto.endpoint,
    });
  }, 300_000);
  afterAll(async () => {
    aws.close();
    await moto.close();
  });

  test('becomes the bot’s role', async () => {
    expect(await aws.identity.check()).toEqual({
      arn: 'arn:aws:sts::999999999999:assumed-role/curfew-bot/curfew',
    });
  });
});
