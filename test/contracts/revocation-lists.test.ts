import { standInBench } from '../support/stand-in-bench';
import { revocationListsContract } from './revocation-lists';

revocationListsContract('the AWS stand-in', standInBench);
