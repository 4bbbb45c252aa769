import { createAws, type AwsOptions } from '../../aws/create-aws';
import { BOT_ROLE_ARN } from '../../sandbox/aws/seed-account';
import { REGION } from './aws-bench';
import { BEARER, EXTERNAL_ID, type RunningStandIn } from './aws-stand-in';

/** AWS as the worker has it, on a stand-in of a test. Whoever makes it closes it. */
export const awsOf = ({ endpoint }: RunningStandIn, options: Partial<AwsOptions> = {}) =>
  createAws({
    credentials: {
      kind: 'container',
      url: `${endpoint}/container-credentials`,
      token: { text: BEARER },
    },
    botRoleArn: BOT_ROLE_ARN,
    region: REGION,
    externalId: EXTERNAL_ID,
    endpoint,
    ...options,
  });
