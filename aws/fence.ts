import { Refused } from '../access/refused';

/** The shortest life STS gives a session, and the only one asked for. In seconds. */
export const SESSION_SECONDS = 900;

/** AWS's limit on the text of a session policy. */
const SESSION_POLICY_MAX = 2_048;

/** What a session may do at most, when that is less than its role may. */
export interface Scope {
  actions: readonly string[];
  resources: readonly string[];
}

/**
 * The instant after which AWS denies everything to a session: the window's end or 900 s after the
 * mint was intended, whichever is first. Whole seconds, rounded down: policies compare whole seconds.
 * All instants ISO 8601.
 */
export function fenceFor(order: { windowEnd: string; intentAt: string }): string {
  const latest = Math.min(
    Date.parse(order.windowEnd),
    Date.parse(order.intentAt) + SESSION_SECONDS * 1_000,
  );
  return wholeSecond(new Date(latest).toISOString());
}

/** The same instant without its fraction of a second. Throws a RangeError when it is none. */
export const wholeSecond = (instant: string): string =>
  new Date(Math.floor(Date.parse(instant) / 1_000) * 1_000).toISOString();

/**
 * The session policy that carries the fence. The fence is a literal Deny: date operators take no
 * policy variables, and an Allow alone does not limit a resource policy that names the session.
 * For the same reason a scope is an Allow and two Denies. Throws {@link Refused} over 2,048 characters.
 */
export function sessionPolicy({ fence, scope }: { fence: string; scope?: Scope }): string {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      ...(scope === undefined ? [ALLOW_ALL] : within(scope)),
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          DateGreaterThanEquals: {
            'aws:CurrentTime': wholeSecond(fence).replace('.000Z', 'Z'),
          },
        },
      },
    ],
  });
  if (policy.length > SESSION_POLICY_MAX)
    throw new Refused(
      `The scope does not fit into a session policy: ${policy.length} of ${SESSION_POLICY_MAX} characters.`,
      'Name fewer actions or resources, or use wildcards.',
    );
  return policy;
}

const ALLOW_ALL = { Effect: 'Allow', Action: '*', Resource: '*' };

const within = ({ actions, resources }: Scope): object[] => [
  { Effect: 'Allow', Action: actions, Resource: resources },
  ...(actions.includes('*') ? [] : [{ Effect: 'Deny', NotAction: actions, Resource: '*' }]),
  ...(resources.includes('*') ? [] : [{ Effect: 'Deny', Action: '*', NotResource: resources }]),
];
