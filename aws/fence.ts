import { plainSecond } from '../access/fence';
import { Refused } from '../access/refused';

/** AWS's limit on the text of a session policy. */
const SESSION_POLICY_MAX = 2_048;

/** What a session may do at most, when that is less than its role may. */
export interface Scope {
  actions: readonly string[];
  resources: readonly string[];
}

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
            'aws:CurrentTime': plainSecond(Date.parse(fence)),
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
