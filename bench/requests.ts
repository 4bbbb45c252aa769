import { requestIdFor } from '../keys/ids';
import type { BenchCore } from './core';
import { eachOf, waitUntil } from './pace';

const AT_ONCE = 16;

/** Ada asks for something that policy grants at once; gives the request's id. */
export async function openRequest(
  core: BenchCore,
  { name, role, minutes }: { name: string; role: string; minutes: number },
): Promise<string> {
  const requestId = requestIdFor('bench', name);
  const signed = await core.signer.sign({
    kind: 'request',
    request: {
      requestId,
      requester: core.ada,
      role,
      durationMinutes: minutes,
      reason: 'measuring',
      submittedAt: new Date().toISOString(),
    },
  });
  await core.desk.open(signed);
  return requestId;
}

/** Until the window of each is open, by the record and by its own workflow. */
export async function untilActive(core: BenchCore, requestIds: readonly string[]): Promise<void> {
  while (core.ledger.entries({ kinds: ['grant.activated'] }).length < requestIds.length)
    await waitUntil(Date.now() + 500);
  await eachOf(requestIds, AT_ONCE, async (requestId) => {
    while ((await stateOf(core, requestId)) !== 'active') await waitUntil(Date.now() + 50);
  });
}

/** Undefined while the engine is too busy to say. */
const stateOf = ({ desk }: BenchCore, requestId: string): Promise<string | undefined> =>
  desk.request(requestId).then(
    (grant) => grant?.state,
    () => undefined,
  );
