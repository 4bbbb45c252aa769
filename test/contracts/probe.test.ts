import { standInBench } from '../support/stand-in-bench';
import { probeContract } from './probe';

probeContract('the AWS stand-in', standInBench);
