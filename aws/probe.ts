import { DecodeAuthorizationMessageCommand } from '@aws-sdk/client-sts';
import { randomInt } from 'node:crypto';
import { plainSecond, SESSION_SECONDS } from '../access/fence';
import type { Probe, Sighting, Target } from '../access/session';
import { assumeTarget, issuedAt, type StsSession } from './assume';
import type { AwsClients } from './clients';
import { AwsFault, awsCode, awsFault } from './errors';

/** The one call a canary may make. It changes nothing, and is denied like any other. */
const HARMLESS = { actions: ['sts:DecodeAuthorizationMessage'], resources: ['*'] };

/** The control is nobody's session: a person's cut by source identity must not reach it. */
const CONTROL_IDENTITY = 'curfew-probe';

/** How long a canary may age before it is looked with; AWS lets it live 900 s. */
const AGEING_SECONDS = 600;

/** Looks through STS of the target's region. `now` is our clock, in milliseconds. */
export function stsProbe(
  clients: AwsClients,
  externalId: string,
  now: () => number = Date.now,
): Probe {
  const mint = (order: {
    target: Target;
    name: string;
    sourceIdentity: string;
    fence: string;
  }): Promise<StsSession> =>
    assumeTarget(clients.sts(order.target.region), {
      ...order,
      externalId,
      scope: HARMLESS,
    }).catch((error: unknown) => {
      // Not a refusal, also when AWS denies it: sessions that are already out may still work.
      throw awsFault(error, `Minting a canary for ${order.target.arn}`);
    });

  return {
    async look({ target, grantId, sourceIdentity, fence, beforeUse }) {
      // The control is minted first and used last, so it is over before the canary can be:
      // a pause anywhere between ends as "unproven", never as a canary that only grew old.
      const control = await mint({
        target,
        name: controlName(),
        sourceIdentity: CONTROL_IDENTITY,
        fence: new Date(now() + SESSION_SECONDS * 1_000).toISOString(),
      });
      const canary = await mint({ target, name: grantId, sourceIdentity, fence });
      const canaries = [canary.credentials.accessKeyId, control.credentials.accessKeyId];
      await beforeUse?.(canaries);
      return compare(target.region, { canary, control, canaries });
    },

    async canaryOfNow({ target, beforeUse }) {
      // The control of each look ends at the same instant: where it is allowed, the canary was not over either.
      const until = new Date(now() + AGEING_SECONDS * 1_000).toISOString();
      const nobodys = () =>
        mint({ target, name: controlName(), sourceIdentity: CONTROL_IDENTITY, fence: until });
      const canary = await nobodys();
      // It must not grow too old for STS while a younger control is allowed: that would look like a denial.
      if (Date.parse(until) > canary.expiration.getTime())
        throw new AwsFault(
          `A canary for ${target.arn} would outlive its session: this machine's clock is ahead of that of AWS.`,
        );
      await beforeUse([canary.credentials.accessKeyId]);
      return {
        issuedAt: issuedAt(canary),
        until,
        async look(issuedBefore) {
          const control = await nobodys();
          if (issuedAt(control) < plainSecond(Date.parse(issuedBefore))) return 'early';
          const canaries = [canary, control].map(({ credentials }) => credentials.accessKeyId);
          await beforeUse(canaries);
          return compare(target.region, { canary, control, canaries });
        },
      };
    },
  };

  /** The control is used last: if it is allowed then, nothing but a list has denied the canary. */
  async function compare(
    region: string,
    { canary, control, canaries }: { canary: StsSession; control: StsSession; canaries: string[] },
  ): Promise<Sighting> {
    const canaryMay = await isAllowed(clients, region, canary);
    const at = new Date(now()).toISOString();
    const controlMay = await isAllowed(clients, region, control);
    return {
      seen: canaryMay ? 'allowed' : controlMay ? 'denied' : 'unproven',
      at,
      where: `at STS in ${region}`,
      canaries,
    };
  }
}

async function isAllowed(
  clients: AwsClients,
  region: string,
  { credentials }: StsSession,
): Promise<boolean> {
  try {
    await clients
      .stsAs(region, credentials)
      .send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'curfew-probe' }));
    return true;
  } catch (error) {
    switch (awsCode(error)) {
      case 'InvalidAuthorizationMessage':
        return true;
      case 'AccessDenied':
      case 'ExpiredToken':
        return false;
      default:
        throw awsFault(error, `Looking at STS in ${region}`);
    }
  }
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Never a grant's name, so never on a list. */
const controlName = (): string =>
  `c-${Array.from({ length: 10 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
