import { randomUUID } from 'node:crypto';
import type { AskingWorkload } from '../../access/workload';
import { workloadUser } from '../../access/workload';
import { requestIdFor } from '../../keys/ids';
import { newReceiverKeys } from '../../keys/receiver';
import type { Core } from './core';

/** What the edge signs for a job of the example's pipeline, whose token proved all that is pinned. */
export async function jobRequest(
  { signer, deps }: Pick<Core, 'signer' | 'deps'>,
  change: Partial<AskingWorkload> = {},
) {
  const { receiver } = await newReceiverKeys();
  const [workload] = deps.catalog.workloads;
  if (!workload) throw new Error('the configuration has no workload');
  const { id, kind, issuer, claims } = workload;
  return signer.sign({
    kind: 'request',
    request: {
      requestId: requestIdFor('workload', randomUUID()),
      requester: workloadUser(id),
      role: 'staging-admin',
      durationMinutes: 15,
      reason: 'deploy',
      workload: {
        id,
        kind,
        run: 'github/1/2/3',
        issuer,
        claims: { ...claims },
        receiver,
        ...change,
      },
      submittedAt: new Date().toISOString(),
    },
  });
}
