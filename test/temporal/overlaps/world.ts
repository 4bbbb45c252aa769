import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { GrantMechanism } from '../../../access/catalog';
import type { Target } from '../../../access/session';
import { PEOPLE } from '../../../sandbox/people';
import { createActivities } from '../../../temporal/activities';
import { becomes, chat, eventually, type Core } from '../../support/core';
import { changedExample } from '../../support/changed-example';
import { ended, mintedKey, type LiveGrant } from '../../support/in-core';
import type { InMemoryAssignments } from '../../support/in-memory-assignments';
import type { Step } from './cases';

/** Roles for so many cases, each with targets of its own: what happened on a target stays on record. */
export function overlapConfig(folder: string, cases: number): string {
  const ids = Array.from({ length: cases }, (_, index) => String(index).padStart(2, '0'));
  const roles = ids.flatMap((id) => [
    role(`session-${id}`, 'shop-dev', `arn: arn:aws:iam::111111111111:role/jit/target/s-${id}`),
    role(`session-${id}-lab`, 'shop-lab', `arn: arn:aws:iam::333333333333:role/jit/target/s-${id}`),
    ...['shop-dev', 'shop-lab'].flatMap((account) => [
      role(
        `set-${id}${account === 'shop-lab' ? '-lab' : ''}`,
        account,
        `arn: arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-22222222222222${id}\n    mechanism: permission-set`,
      ),
      role(
        `group-${id}${account === 'shop-lab' ? '-lab' : ''}`,
        account,
        `group: handed-out-${id}\n    mechanism: group\n    survives: 1h`,
      ),
    ]),
  ]);
  const config = changedExample(folder, (text) =>
    text.replace(
      '\nroles:\n',
      `  shop-lab:\n    id: '333333333333'\n    env: dev\n    owners: [payments-owners]\n    region: eu-central-1\n\nroles:\n${roles.join('')}`,
    ),
  );
  writeFileSync(path.join(config, 'policies/overlaps.cedar'), '');
  for (const action of ['Request', 'AutoApprove', 'Grant'])
    appendFileSync(
      path.join(config, 'policies/overlaps.cedar'),
      `@id("overlaps-${action.toLowerCase()}")\npermit (principal in Curfew::Group::"engineers", action == Curfew::Action::"${action}", resource)\nwhen { resource.env == Curfew::Env::"dev" };\n`,
    );
  return config;
}

const role = (id: string, account: string, rest: string): string =>
  `  ${id}:\n    account: ${account}\n    ${rest}\n    max: 8h\n    risk: low\n    route: auto\n`;

const ROLE_OF = { 'role-session': 'session', 'permission-set': 'set', group: 'group' } as const;
const SHORT_MS = 6_000;

/** Plays one case on one mechanism. `has` steps compare what is with what must be. */
export function overlapWorld(
  core: Core,
  assignments: InMemoryAssignments,
  mechanism: GrantMechanism,
  index: number,
) {
  const base = `${ROLE_OF[mechanism]}-${String(index).padStart(2, '0')}`;
  const roleIn = (where?: 'lab') => `${base}${where === undefined ? '' : '-lab'}`;
  const targetIn = (where?: 'lab'): Target => {
    const found = core.deps.catalog.role(roleIn(where));
    if (!found) throw new Error(`no role ${roleIn(where)}`);
    return { arn: found.targetArn, accountId: found.account.id, region: found.region };
  };
  const grants = new Map<string, LiveGrant & { who: string; until: string }>();
  const keys: { who: string; in?: 'lab' | undefined; key: string }[] = [];
  const named = (name: string) => {
    const found = grants.get(name);
    if (!found) throw new Error(`no grant ${name}`);
    return found;
  };
  const idOf = (who: string) => PEOPLE.find(({ id }) => id === chat(who).user)?.directoryId ?? '';
  const holder = (who: string) => ({ id: idOf(who), emails: [`${who}@curfew.example`] });

  const has = (who: string, where?: 'lab'): boolean => {
    if (mechanism === 'role-session')
      return keys.some((one) => one.who === who && one.in === where && core.aws.isAllowed(one.key));
    const target = targetIn(where);
    const fence = assignments.fencesOf(target)[idOf(who)];
    const isDenied = fence !== undefined && Date.parse(fence) <= Date.now();
    return assignments.heldBy(target).includes(idOf(who)) && !isDenied;
  };

  async function open(name: string, who: string, short: boolean, where?: 'lab'): Promise<void> {
    core.switches.behindMs = short ? 60_000 - SHORT_MS : 0;
    const requestId = await core.request(who, roleIn(where), short ? { minutes: 1 } : {});
    await becomes(core, requestId, 'active');
    core.switches.behindMs = 0;
    const view = await core.desk.request(requestId);
    const grant = { requestId, grantId: view?.grantId ?? '', who, until: view?.until ?? '' };
    grants.set(name, grant);
    if (mechanism === 'role-session')
      keys.push({ who, in: where, key: await mintedKey(core, grant, who) });
  }

  async function play(step: Step): Promise<void> {
    if ('open' in step) return open(step.open, step.who ?? 'ada', step.short === true, step.in);
    if ('revoke' in step) return stopped(step.revoke, 'revoke');
    if ('endEarly' in step) return stopped(step.endEarly, 'end');
    if ('revokeAtOnce' in step) {
      await Promise.all(step.revokeAtOnce.map((name) => stopped(name, 'revoke')));
    } else if ('wait' in step) await ended(core, named(step.wait));
    else if ('byHand' in step) {
      if (step.byHand === 'give') assignments.giveByHand(targetIn(), holder('ada'));
      else assignments.takeByHand(targetIn(), holder('ada'));
    } else if ('reconcile' in step) {
      await createActivities(core.deps).settleAssignments({
        target: targetIn(),
        asked: [],
        all: true,
      });
    } else if ('tellAgain' in step) {
      const { requestId, grantId } = named(step.tellAgain);
      for (let times = 0; times < 3; times += 1)
        await core.deps.tellRevocationList(targetIn(), { requestId, grantId });
    } else if ('worker' in step) {
      await (step.worker === 'down' ? core.stopWorker() : core.startWorker());
    } else if ('failNext' in step) assignments.failNext(step.failNext);
    else if ('pass' in step) {
      const until = Date.parse(named(step.pass).until);
      await eventually(
        () => Date.now(),
        (now) => now > until,
      );
    } else {
      const seen = has(step.who ?? 'ada', step.in);
      if (seen !== step.has)
        throw new Error(
          `${step.who ?? 'ada'} ${seen ? 'has' : 'lacks'} it, unlike after ${JSON.stringify(step)}`,
        );
    }
  }

  async function stopped(name: string, how: 'revoke' | 'end'): Promise<void> {
    const grant = named(name);
    await core.stop(how === 'end' ? grant.who : 'emil', grant.requestId, how, 'a case');
    await ended(core, grant);
  }

  return { play, grants };
}
