import { runSimulation } from '@cloud-copilot/iam-simulate';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { composeList, EMPTY_LIST } from '../../../aws/revocation-list';
import { evaluate } from '../../../sandbox/aws/evaluate';
import { requestContext } from '../../../sandbox/aws/patterns';
import { parsePolicy, type PolicyJson } from '../../../sandbox/aws/policy-document';
import {
  CASE_ACCOUNT,
  CASE_ROLE,
  CASE_SESSION,
  identityCase,
  trustCase,
  type IamCase,
} from '../../support/iam-cases';

/** Of each kind; raise it for a long run after a change: `CURFEW_IAM_CASES=10000 npx jest oracle`. */
const CASES = Number(process.env.CURFEW_IAM_CASES ?? 150);

const accountOf = (one: IamCase): string => one.resource.split(':')[4] || CASE_ACCOUNT;

function ours(one: IamCase): string {
  const parsed = (policy: PolicyJson) => parsePolicy(JSON.stringify(policy), 'identity');
  const verdict = evaluate(
    {
      action: one.action,
      resource: one.resource,
      context: requestContext(one.context),
      caller: { accountId: CASE_ACCOUNT, roleArn: CASE_ROLE, sessionArn: CASE_SESSION },
    },
    {
      identity: one.identity.map(parsed),
      boundary: one.boundary && parsed(one.boundary),
      session: one.session && parsed(one.session),
      resource: one.trust && {
        policy: parsePolicy(JSON.stringify(one.trust), 'trust'),
        accountId: accountOf(one),
      },
    },
  );
  if (verdict.allowed) return 'Allowed';
  return verdict.how === 'explicit' ? 'ExplicitlyDenied' : 'ImplicitlyDenied';
}

async function theOracles(one: IamCase): Promise<string> {
  const named = (policies: PolicyJson[]) =>
    policies.map((policy, at) => ({ name: `policy-${at}`, policy }));
  const answer = await runSimulation(
    {
      request: {
        principal: CASE_SESSION,
        action: one.action,
        resource: { resource: one.resource, accountId: accountOf(one) },
        contextVariables: one.context,
      },
      identityPolicies: named(one.identity),
      sessionPolicy: one.session,
      ...(one.boundary && { permissionBoundaryPolicies: named([one.boundary]) }),
      ...(one.trust && { resourcePolicy: one.trust }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(answer.errors.message);
  return answer.overallResult;
}

test.each([
  ['a second before', '2026-06-01T11:59:59Z', 'ExplicitlyDenied'],
  ['in that very second', '2026-06-01T12:00:00Z', 'Allowed'],
  ['a second after', '2026-06-01T12:00:01Z', 'Allowed'],
])(
  'a full revocation list cuts what was issued %s it, so the independent simulator says too',
  async (_what, issued, verdict) => {
    const list = composeList({ ...EMPTY_LIST, issuedBefore: ['2026-06-01T12:00:00Z'] });
    const one: IamCase = {
      action: 's3:ListAllMyBuckets',
      resource: '*',
      context: { 'aws:userid': 'AROA1:g-aaaaaaaaaa', 'aws:TokenIssueTime': issued },
      identity: [
        { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
        JSON.parse(list),
      ],
      boundary: undefined,
      session: undefined,
      trust: undefined,
    };
    expect([ours(one), await theOracles(one)]).toEqual([verdict, verdict]);
  },
);

test.each([
  ['what a role may do', identityCase],
  ['who may become a role', trustCase],
])(
  '%s: decides as an independent simulator does',
  async (_what, cases) => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        const verdict = ours(one);
        seen.add(verdict);
        expect(verdict).toBe(await theOracles(one));
      }),
      { numRuns: CASES },
    );
    // Cases that are all denied would prove little.
    expect([...seen].sort()).toEqual(['Allowed', 'ExplicitlyDenied', 'ImplicitlyDenied']);
  },
  600_000,
);
