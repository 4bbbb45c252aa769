import type { LedgerKind } from '../../access/ledger';
import type { Alarm } from '../../access/messages';
import { incidentOf, type Pager } from '../../access/pager';
import type { Activities } from './contract';
import type { ActivityDeps } from './deps';
import { only } from './facts';

/** What wakes people up. A pager that was reached is on record, and is not called again for the same incident. */
export const paging = (deps: ActivityDeps): Pick<Activities, 'page' | 'resolvePage'> => ({
  page: (alarm) => reachAll(deps, 'alarm.paged', alarm, (pager) => pager.page(alarm)),
  resolvePage: (alarm) => reachAll(deps, 'alarm.resolved', alarm, (pager) => pager.resolve(alarm)),
});

/** One that cannot be reached keeps no other from being told; then the step fails, and is tried again. */
async function reachAll(
  deps: ActivityDeps,
  kind: LedgerKind & `alarm.${string}`,
  alarm: Alarm,
  call: (pager: Pager) => Promise<void>,
): Promise<void> {
  const calls = await Promise.allSettled(
    deps.pagers.map((pager) => reachOnce(deps, kind, alarm, pager, call)),
  );
  const failed = calls.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function reachOnce(
  deps: ActivityDeps,
  kind: LedgerKind & `alarm.${string}`,
  alarm: Alarm,
  pager: Pager,
  call: (pager: Pager) => Promise<void>,
): Promise<void> {
  const incident = incidentOf(alarm);
  const key = `${kind}:${incident}:${pager.name}`;
  if (only(deps, { key })) return;
  await call(pager);
  deps.ledger.append({
    kind,
    key,
    at: deps.now().toISOString(),
    ...(alarm.requestId !== undefined && { requestId: alarm.requestId }),
    ...(alarm.grantId !== undefined && { grantId: alarm.grantId }),
    actor: 'curfew',
    data: { incident, pager: pager.name },
  });
}
