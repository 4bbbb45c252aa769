import { motoCenterBench } from '../support/moto-center-bench';
import { motoBench } from '../support/moto-bench';
import { needs } from '../support/needs';
import { assignmentsContract } from './assignments';
import { revocationListsContract } from './revocation-lists';
import { roleSessionsContract } from './role-sessions';

// The probe is not held against moto, which does not know its call.
needs('python')('moto', () => {
  roleSessionsContract('moto', motoBench);
  revocationListsContract('moto', motoBench);
  // moto has no operation that fails.
  assignmentsContract('permission sets on moto', motoCenterBench, { fails: false });
});
