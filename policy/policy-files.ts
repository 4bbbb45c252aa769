import {
  complaintsAbout,
  policyAsData,
  splitPolicies,
  type Complaint,
  type PolicyJson,
} from './cedar';
import type { Finding } from './finding';
import type { RulePolicy } from './rules';

/** A file of the bundle. `name` is relative to its folder. */
export interface BundleFile {
  name: string;
  text: string;
}

/** The policies of these files, each with where it stands; and what is wrong with them. */
export function readPolicies(files: readonly BundleFile[]): {
  policies: RulePolicy[];
  findings: Finding[];
} {
  const read = files.map(readFile);
  const policies = read.flatMap((file) => file.policies);
  const findings = read.flatMap((file) => file.findings);
  if (findings.length === 0 && policies.length === 0)
    findings.push({
      level: 'error',
      file: 'policies',
      line: 1,
      field: 'policies/*.cedar',
      problem: 'There is no policy, so nobody may do anything.',
      fix: 'Add a .cedar file, as in the example.',
    });
  findings.push(...twins(policies), ...typeFindings(policies));
  return { policies, findings };
}

function readFile({ name, text }: BundleFile): { policies: RulePolicy[]; findings: Finding[] } {
  const split = splitPolicies(text);
  if ('complaints' in split)
    return {
      policies: [],
      findings: split.complaints.map((complaint) => ({
        level: 'error',
        file: name,
        ...placeAt(text, charOf(text, complaint.startByte)),
        field: 'Cedar',
        problem: complaint.message,
        fix: complaint.help ?? 'Correct the policy here.',
      })),
    };
  const policies: RulePolicy[] = [];
  const findings: Finding[] = [];
  let from = 0;
  for (const policy of split.texts) {
    const offset = Math.max(0, text.indexOf(policy, from));
    from = offset + policy.length;
    const { line } = placeAt(text, offset);
    const json = policyAsData(policy);
    const id = json?.annotations?.['id'];
    const error = (problem: string, fix: string) =>
      findings.push({ level: 'error', file: name, line, field: fieldOf(id), problem, fix });
    if (json === undefined) {
      error(
        'A template decides nothing here.',
        'Write the policy without ?principal and ?resource.',
      );
      continue;
    }
    if (id === undefined || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(id)) {
      error(
        id === undefined ? 'The policy has no @id.' : `${id} cannot be an @id.`,
        'Give it @id("…"), of small letters, digits and hyphens: decisions name it.',
      );
      continue;
    }
    const advice = json.annotations?.['advice'];
    if (json.effect === 'forbid' && (advice ?? '').trim() === '')
      error(
        'The forbid has no @advice.',
        'Add @advice("…"): one sentence that tells the person what would pass.',
      );
    if (json.effect === 'permit' && json.action.op === 'All')
      error(
        'The permit names no action, so it waives approvals and lets people revoke, too.',
        'Name them: action == Curfew::Action::"Request", or action in [ … ].',
      );
    if (json.effect === 'permit' && readsLimits(json))
      findings.push({
        level: 'warning',
        file: name,
        line,
        field: fieldOf(id),
        problem: 'The permit holds a limit; whoever exceeds it only hears that no rule covers it.',
        fix: 'Let the permit say who, and put the limit into a forbid with @advice.',
      });
    policies.push({ id, advice, text: policy, json, file: name, line });
  }
  return { policies, findings };
}

/** Limits are what the context says; who asks, and whose grant it is, are people. */
const LIMITS = [
  'durationMinutes',
  'reason',
  'ticket',
  'weekday',
  'hour',
  'minuteOfDay',
  'holiday',
  'inFreeze',
  'freezes',
  'liveGrants',
  'ticketFacts',
  'openRequests',
  'lastUsedDays',
];

const readsLimits = (policy: PolicyJson): boolean =>
  LIMITS.some((limit) => JSON.stringify(policy.conditions).includes(`"attr":"${limit}"`));

function twins(policies: readonly RulePolicy[]): Finding[] {
  return policies.flatMap((policy, index) => {
    const twin = policies.slice(0, index).find(({ id }) => id === policy.id);
    if (twin === undefined) return [];
    return [
      {
        level: 'error' as const,
        file: policy.file,
        line: policy.line,
        field: fieldOf(policy.id),
        problem: `${twin.file}:${twin.line} has the same @id.`,
        fix: 'Give one of them another.',
      },
    ];
  });
}

function typeFindings(policies: readonly RulePolicy[]): Finding[] {
  const complaints = complaintsAbout(
    Object.fromEntries(policies.map(({ id, text }) => [id, text])),
  );
  return complaints.flatMap((complaint): Finding[] => {
    const policy = policies.find(({ id }) => id === complaint.policyId) ?? policies[0];
    return policy === undefined ? [] : [typeFinding(policy, complaint)];
  });
}

function typeFinding(policy: RulePolicy, complaint: Complaint): Finding {
  const inPolicy = placeAt(policy.text, charOf(policy.text, complaint.startByte));
  return {
    // A forbid that never applies is a limit that is not there.
    level: policy.json.effect === 'forbid' ? 'error' : complaint.severity,
    file: policy.file,
    line: policy.line + inPolicy.line - 1,
    ...(inPolicy.line === 1 ? {} : { column: inPolicy.column }),
    field: fieldOf(policy.id),
    problem: complaint.message.replace(`for policy \`${policy.id}\`, `, ''),
    fix: complaint.help ?? 'The schema in policy/cedar-schema.ts says what there is.',
  };
}

export const fieldOf = (id: string | undefined): string =>
  id === undefined ? 'policy' : `policy ${id}`;

/** The engine counts bytes, editors count characters. */
const charOf = (text: string, byte: number | undefined): number =>
  new TextDecoder().decode(new TextEncoder().encode(text).slice(0, byte ?? 0)).length;

export function placeAt(text: string, char: number): { line: number; column: number } {
  const before = text.slice(0, char).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
