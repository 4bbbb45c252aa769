import { standInBench } from '../support/stand-in-bench';
import { roleSessionsContract } from './role-sessions';

roleSessionsContract('the AWS stand-in', standInBench);
