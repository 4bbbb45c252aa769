import { ACCOUNT, startAwsStandIn } from '../support/aws-stand-in';
import { temporaryFolder } from '../support/temporary-folder';
import { awsWireContract } from './aws-wire';

const data = temporaryFolder();

awsWireContract('the stand-in', async () => {
  const aws = await startAwsStandIn(data);
  return {
    endpoint: aws.endpoint,
    accountId: ACCOUNT,
    keys: aws.admin(),
    close: () => aws.stop(),
  };
});
