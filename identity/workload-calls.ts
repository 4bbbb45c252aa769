import { createHash } from 'node:crypto';
import type { Ledger } from '../access/ledger';
import { Refused } from '../access/refused';
import { workloadHolder, type WorkloadIdentity } from '../access/workload';

/**
 * Uses a token up for one call, on record, so that a restart forgets nothing. The same call with the same token
 * is the same call; any other is somebody who got hold of it. `call`: method, path and body, whole.
 */
export function useToken(
  ledger: Pick<Ledger, 'append'>,
  { workload, run, issuer, tokenId }: WorkloadIdentity,
  call: string,
  now: Date,
): void {
  const mine = { workload: workload.id, run, call: hash(call) };
  const { data } = ledger.append({
    kind: 'workload.called',
    key: `workload.called:${hash(JSON.stringify([issuer, tokenId]))}`,
    at: now.toISOString(),
    actor: workloadHolder(workload.id),
    data: mine,
  });
  if (data['call'] !== mine.call || data['run'] !== mine.run)
    throw new Refused('This token was used before.', 'Ask for a fresh one for each call.');
}

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');
