import { centerBench } from '../support/center-bench';
import { assignmentsContract } from './assignments';

assignmentsContract('permission sets on the AWS stand-in', centerBench);
