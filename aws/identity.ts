import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AwsClients } from './clients';
import { AwsFault, awsFault } from './errors';
import { roleParts } from './target-role';

const SESSION_ARN = /^arn:(aws[\w-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\//;

/**
 * Makes sure, once at start, that we are the role we are meant to be; returns the session's ARN.
 * Throws a {@link AwsFault} that names both otherwise.
 */
export async function checkIdentity(
  clients: AwsClients,
  expected: { roleArn: string; region: string },
): Promise<{ arn: string }> {
  const { Arn: arn = 'nobody' } = await clients
    .sts(expected.region)
    .send(new GetCallerIdentityCommand({}))
    .catch((error: unknown) => {
      throw awsFault(error, `Asking STS in ${expected.region} who Curfew is`);
    });
  const [, ...is] = SESSION_ARN.exec(arn) ?? [];
  const { partition, accountId, name } = roleParts(expected.roleArn);
  if (is.join(' ') !== [partition, accountId, name].join(' '))
    throw new AwsFault(
      `Curfew should be ${expected.roleArn} in AWS but is ${arn}. ` +
        'Check the role that its credentials are for, and the one that is configured.',
    );
  return { arn };
}
