import type { Target } from '../access/session';
import { AwsFault } from './errors';

const ROLE_ARN = /^arn:(aws[\w-]*):iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/;

/** The parts of a role's ARN. `name` is what IAM's calls take: without the path. */
export function roleParts(arn: string): { partition: string; accountId: string; name: string } {
  const [, partition, accountId, name] = ROLE_ARN.exec(arn) ?? [];
  if (partition === undefined || accountId === undefined || name === undefined)
    throw new AwsFault(
      `"${arn}" is not the ARN of an IAM role: it should look like arn:aws:iam::123456789012:role/jit/target/name.`,
    );
  return { partition, accountId, name };
}

/** The one role per account that may write revocation lists; another identity than the minter's. */
export function revokerArn(target: Target): string {
  const { partition, accountId } = roleParts(target.arn);
  return `arn:${partition}:iam::${accountId}:role/jit/curfew-revoker`;
}
