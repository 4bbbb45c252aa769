import type { Decision, PersonFacts, Policy } from '../access/decision';
import { parseDuration } from '../access/duration';
import type { Tables } from './tables-file';
import type { Path } from './yaml-file';

/** A row of the tables: what it is about, where it stands, and each thing in which the answer differs. */
export interface Row {
  it: string;
  line: number;
  wrong: string[];
}

/** Asks the policy every row. Nothing but the policy and the tables has a say. */
export function askTables({ file, yaml }: Tables, policy: Policy): Row[] {
  const people = peopleOf(file);
  const lineOf = (...path: Path): number => yaml.placeOf(path).line;
  const personCalled = (name: string) => people.find((one) => one.name === name) ?? nobody(name);
  return [
    ...file.decisions.map((row, index) => ({
      it: row.it,
      line: lineOf('decisions', index),
      wrong: differences(row.expect, policy.decide(questionOf(file, row, people)), file),
    })),
    ...file.revocations.map((row, index) => ({
      it: `${row.by} cuts what ${row.of} holds of ${row.role}: ${row.expect}`,
      line: lineOf('revocations', index),
      wrong: differences(
        { verdict: row.expect, because: row.because },
        policy.mayRevoke({
          by: personCalled(row.by),
          holder: personCalled(row.of),
          role: row.role,
          at: instant('10:30'),
        }),
        file,
      ),
    })),
    ...file.revocationsOfAll.map((row, index) => ({
      it: `${row.by} cuts everything of everybody: ${row.expect}`,
      line: lineOf('revocationsOfAll', index),
      wrong: differences(
        { verdict: row.expect, because: row.because },
        policy.mayRevokeAll({ by: personCalled(row.by), at: instant('10:30') }),
        file,
      ),
    })),
  ];
}

type File = Tables['file'];
type DecisionRow = File['decisions'][number];

/** A Monday, in UTC. */
const DAY = '2026-01-05';
const instant = (text: string): string =>
  text.length === 5 ? `${DAY}T${text}:00.000Z` : new Date(text).toISOString();

const idOf = ({ people }: File, name: string): string =>
  Object.hasOwn(people, name) ? `00u-${name}` : name;
const nameOf = (id: string): string => id.replace(/^00u-/, '');

const peopleOf = (file: File) =>
  Object.entries(file.people).map(([name, { groups: memberOf, active, onCall, manager }]) => ({
    id: idOf(file, name),
    name,
    emails: [`${name}@curfew.example`],
    groups: memberOf,
    active,
    ...(onCall !== undefined && { onCall }),
    ...(manager !== undefined && { manager: idOf(file, manager) }),
  }));

const nobody = (name: string) => ({ id: name, name, emails: [], groups: [], active: false });

function questionOf(
  file: File,
  { ask, votes, grants, delegations }: DecisionRow,
  people: PersonFacts[],
) {
  const { requester, for: long, minutes, at, ...rest } = ask;
  const { account, ticket, breakGlass, role, reason } = rest;
  const { ticketFacts, openRequests, lastUsedDays } = rest;
  const workload = Object.hasOwn(file.workloads, requester) ? file.workloads[requester] : undefined;
  return {
    requester: idOf(file, requester),
    ...(workload && {
      workload: {
        id: requester,
        kind: workload.kind,
        accountable: idOf(file, workload.accountable),
      },
    }),
    role,
    reason,
    ...(account !== undefined && { account }),
    ...(ticket !== undefined && { ticket }),
    ...(breakGlass !== undefined && { breakGlass }),
    ...(ticketFacts !== undefined && { ticketFacts }),
    ...(openRequests !== undefined && { openRequests }),
    ...(lastUsedDays !== undefined && { lastUsedDays }),
    durationMinutes: minutes ?? parseDuration(long ?? '1h') ?? 0,
    at: instant(at),
    people,
    ...(grants !== undefined && {
      grants: grants.map(({ of, from, until, ...grant }) => ({
        ...grant,
        person: idOf(file, of),
        from: instant(from),
        until: instant(until),
        state: 'active',
      })),
    }),
    ...(delegations !== undefined && {
      delegations: delegations.map(({ by, to, from, until }) => ({
        by: idOf(file, by),
        to: idOf(file, to),
        from: instant(from),
        until: instant(until),
      })),
    }),
    reviews: votes.map(({ by, says, for: less, at: when }) => ({
      by: idOf(file, by),
      verdict: says,
      ...(less !== undefined && { durationMinutes: parseDuration(less) ?? 0 }),
      at: instant(when),
    })),
  };
}

type Expected = Partial<DecisionRow['expect']> & { because?: string | undefined };

/** Only what the row expects is compared. */
function differences(expected: Expected, decision: Decision, file: File): string[] {
  const counted = decision.countedReviews.filter((review) => review.counted);
  const names = (list: readonly string[]): string => list.map(nameOf).toSorted().join(', ');
  const pairs: [string, string | undefined, string][] = [
    ['verdict', expected.verdict, decision.verdict],
    ['needed', expected.needed?.toString(), String(decision.needed)],
    ['approvers', expected.approvers && names(expected.approvers), names(decision.approvers)],
    [
      'counted',
      expected.counted && names(expected.counted.map((name) => idOf(file, name))),
      names(counted.map(({ by }) => by)),
    ],
    ['rule', expected.rule, decision.rule ?? ''],
    ['stage', expected.stage?.toString(), decision.stage?.at.toString() ?? ''],
    ['expiresAt', expected.expiresAt && instant(expected.expiresAt), decision.expiresAt ?? ''],
  ];
  const wrong = pairs
    .filter(([, wanted, got]) => wanted !== undefined && wanted !== got)
    .map(
      ([what, wanted, got]) => `${what} should be ${wanted || 'nobody'}, and is ${got || 'nobody'}`,
    );
  const said = decision.because.join(' ');
  if (expected.because !== undefined && !said.includes(expected.because))
    wrong.push(`because should say “${expected.because}”`);
  return wrong.length > 0 ? [...wrong, `it said: ${said}`] : [];
}
