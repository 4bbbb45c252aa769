import {
  CreateRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Target } from '../../access/session';
import { createAws } from '../../aws/create-aws';
import { REGION, type AwsBench } from './aws-bench';
import { containerCredentials } from './container-credentials';
import { startMoto } from './moto';

const ACCOUNT = '111111111111';
const BOT = 'arn:aws:iam::999999999999:role/curfew-bot';

/** moto behind the adapters: right in shapes, enforces nothing that matters here. */
export async function motoBench(): Promise<AwsBench> {
  const moto = await startMoto();
  const at = { endpoint: moto.endpoint, region: REGION };
  const { become, container } = await motoCredentials(moto.endpoint);
  const aws = createAws({
    credentials: { kind: 'container', url: container.url },
    botRoleArn: BOT,
    region: REGION,
    externalId: 'an-external-id',
    endpoint: moto.endpoint,
  });
  const iam = new IAMClient({
    ...at,
    credentials: await become(`arn:aws:iam::${ACCOUNT}:role/somebody`),
  });
  let made = 0;
  return {
    ...aroundIam(iam),
    aws,
    endpoint: moto.endpoint,
    newTarget: async () => {
      const name = `target-${(made += 1)}`;
      await iam.send(
        new CreateRoleCommand({
          Path: '/jit/target/',
          RoleName: name,
          AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
        }),
      );
      return {
        arn: `arn:aws:iam::${ACCOUNT}:role/jit/target/${name}`,
        accountId: ACCOUNT,
        region: REGION,
      };
    },
    close: async () => {
      aws.close();
      iam.destroy();
      await container.close();
      await moto.close();
    },
  };
}

/** Credentials of any role, and those of the bot where a platform would give them. */
export async function motoCredentials(endpoint: string) {
  const at = { endpoint, region: REGION };
  const root = { accessKeyId: 'test', secretAccessKey: 'test' };
  const become = async (roleArn: string) => {
    const sts = new STSClient({ ...at, credentials: root });
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'test' }),
    );
    sts.destroy();
    return {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
      expiration: given!.Expiration!,
    };
  };
  const bot = await become(BOT);
  const container = await containerCredentials({
    AccessKeyId: bot.accessKeyId,
    SecretAccessKey: bot.secretAccessKey,
    Token: bot.sessionToken,
    Expiration: bot.expiration.toISOString(),
  });
  return { become, container, bot: BOT };
}

function aroundIam(iam: IAMClient): Pick<AwsBench, 'putInline' | 'inline'> {
  const named = (target: Target, name: string) => ({
    RoleName: target.arn.slice(target.arn.lastIndexOf('/') + 1),
    PolicyName: name,
  });
  return {
    putInline: async (target, name, document) => {
      await iam.send(
        new PutRolePolicyCommand({ ...named(target, name), PolicyDocument: document }),
      );
    },
    inline: async (target, name) => {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(named(target, name)));
      return decodeURIComponent(PolicyDocument!);
    },
  };
}
