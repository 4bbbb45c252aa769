import type { Person } from '../../access/person';
import { Refused } from '../../access/refused';
import type { AccessRequest } from '../../access/request';
import { isWorkloadUser } from '../../access/workload';
import { thumbprint } from '../../keys/receiver';
import type { ActivityDeps } from './deps';

/**
 * Who answers for the pipeline or agent that asks. What its token proved is signed with the request; it is compared
 * with what the configuration demands now.
 */
export async function accountableFor(
  { catalog, directory }: Pick<ActivityDeps, 'catalog' | 'directory'>,
  { requester, workload }: AccessRequest,
): Promise<Person> {
  if (workload === undefined || !isWorkloadUser(requester) || requester.user !== workload.id)
    throw new Refused('This was asked in the name of a pipeline or agent that did not ask.');
  const known = catalog.workloads.find(({ id }) => id === workload.id);
  if (
    known?.kind !== workload.kind ||
    known.issuer !== workload.issuer ||
    Object.entries(known.claims).some(([claim, value]) => workload.claims[claim] !== value)
  )
    throw new Refused(
      `What ${workload.id} proved is not what curfew.yaml demands of it any more.`,
      'Ask again from a new run.',
    );
  const { accountable } = known;
  const [person, ...others] = accountable.includes('@')
    ? await directory.byEmail(accountable)
    : [(await directory.person(accountable)) ?? []].flat();
  if (person === undefined || others.length > 0)
    throw new Refused(
      `Nobody answers for ${workload.id}: ${accountable} is nobody in the directory, or several.`,
      `Those who run Curfew can name somebody in workloads.${workload.id}.accountable.`,
    );
  return person;
}

/** For people: `pipeline deploy-shop, run github/1/2/3; Gus Weber answers for it`. */
export const workloadText = (
  { id, kind, run }: NonNullable<AccessRequest['workload']>,
  accountable: Person,
): string => `${kind} ${id}, run ${run}; ${accountable.name} answers for it`;

/** As the ledger keeps it: which run, and by which keys; a run that asks again asks with the same. */
export const workloadOnRecord = async ({
  receiver,
  ...workload
}: NonNullable<AccessRequest['workload']>) => ({
  ...workload,
  signing: await thumbprint(receiver.signing),
});
