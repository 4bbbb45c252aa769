import { managed, roleSeed, seedAccount } from '../../sandbox/aws/seed-account';
import { userIdOf, CENTER, SEED } from '../support/center-bench';
import { ada } from '../support/assignment-people';
import { EXTERNAL_ID, startAwsStandIn } from '../support/aws-stand-in';
import { temporaryFolder } from '../support/temporary-folder';
import { centerWireContract } from './center-wire';

const ADMIN = 'arn:aws:iam::000000000000:role/administrator';
const data = temporaryFolder();

centerWireContract('the stand-in', async () => {
  const seed = seedAccount({ externalId: EXTERNAL_ID, targets: [], identityCenter: SEED });
  const admin = roleSeed(ADMIN, {
    trust: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' },
      ],
    },
    managed: [
      managed('000000000000', 'everything', {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      }),
    ],
  });
  const aws = await startAwsStandIn(data, { ...seed, roles: [...seed.roles, admin] });
  return {
    endpoint: aws.endpoint,
    keys: aws.sessionOf(ADMIN, 'somebody'),
    instanceArn: CENTER.instanceArn,
    storeId: CENTER.storeId,
    setArn: SEED.permissionSets[0]!.arn,
    user: { userId: userIdOf(ada), email: ada.emails[0]! },
    close: () => aws.stop(),
  };
});
