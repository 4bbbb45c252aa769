import { SESSION_SECONDS, wholeSecond } from '../access/fence';
import { Refused } from '../access/refused';
import type { RoleSessions } from '../access/session';
import { assumeTarget, issuedAt } from './assume';
import type { AwsClients } from './clients';
import { AwsFault, awsCode, awsFault } from './errors';

/** How far AWS's clock and ours may differ, in seconds: the fence is written by ours and read by AWS's. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** Sessions of target roles through STS. `now` is our clock, in milliseconds. */
export function roleSessions(
  clients: AwsClients,
  externalId: string,
  now: () => number = Date.now,
): RoleSessions {
  return {
    async mint({ target, grantId, sourceIdentity, fence, scope }) {
      if (Date.parse(fence) <= now())
        throw new Refused(
          'The time of this credential was over before AWS was asked for it.',
          'Ask again; while the window is open you get a new one.',
        );
      const session = await assumeTarget(clients.sts(target.region), {
        target,
        name: grantId,
        sourceIdentity,
        externalId,
        fence,
        ...(scope && { scope }),
      }).catch((error: unknown) => {
        throw translated(error, target.arn, target.region);
      });
      checkClocks(session.expiration, now());
      return {
        ...session.credentials,
        expiration: wholeSecond(Date.parse(fence)),
        issuedAt: issuedAt(session),
      };
    },
  };
}

function translated(error: unknown, arn: string, region: string): Error {
  switch (awsCode(error)) {
    case 'AccessDenied':
      return new Refused(
        `AWS does not let Curfew into ${arn}.`,
        'An administrator should check that the role exists, that its trust policy names Curfew’s role for ' +
          'sts:AssumeRole, sts:TagSession and sts:SetSourceIdentity with this installation’s external id, ' +
          'and that Curfew’s own role and the organization’s policies allow the three.',
      );
    case 'RegionDisabled':
      return new Refused(
        `STS is switched off in ${region} for the account of ${arn}.`,
        'An administrator can activate it in that account’s settings, or name another region in curfew.yaml.',
      );
    default:
      return awsFault(error, `Asking STS in ${region} for a session of ${arn}`);
  }
}

/** A session is as old as its expiration says, so STS's answer tells AWS's time. */
function checkClocks(expiration: Date, now: number): void {
  const ahead = Math.round((expiration.getTime() - SESSION_SECONDS * 1_000 - now) / 1_000);
  if (Math.abs(ahead) > CLOCK_TOLERANCE_SECONDS)
    throw new AwsFault(
      `AWS’s clock is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} ours, so the session was discarded: ` +
        `its fence would not be where it was meant. Set this host’s clock (NTP); ${CLOCK_TOLERANCE_SECONDS} s are tolerated.`,
    );
}
