import type { CatalogRole } from '../../access/catalog';
import type { Decision, PersonFacts, Question } from '../../access/decision';
import type { Members } from '../../access/person';
import { answeringAmong } from './delegations';
import type { ActivityDeps } from './deps';
import { onCallFor } from './on-call';

/** So many members of a group are looked at first, and so many at most. */
const FEW = 8;
export const MANY = 30;

/**
 * Decides on the people concerned; only when others would have to say yes first, with some of those who might.
 * Whom the bench knows may be a minute old, so nobody's yes is among it: who votes was identified just now, and
 * stands in the question as of then. A bench that is too short makes a no.
 */
export async function withBench(
  deps: ActivityDeps,
  role: CatalogRole,
  concerned: Question,
): Promise<{ question: Question; decision: Decision }> {
  let asked = { question: concerned, decision: deps.policy.decide(concerned) };
  for (const atMost of [FEW, MANY]) {
    if (!asked.decision.lacksPeople) return asked;
    const { question, groups } = await withSome(deps, role, concerned, atMost);
    const decision = deps.policy.decide(question);
    asked = { question, decision: decision.lacksPeople ? explained(decision, groups) : decision };
    if (groups.every(({ members }) => members === undefined || !members.more)) return asked;
  }
  return asked;
}

/**
 * The same question with some of those who might say yes, to explain it: what would pass instead needs them, too.
 * Nobody is asked about a break-glass, also while the directory is down.
 */
export const forExplaining = async (
  deps: ActivityDeps,
  role: CatalogRole,
  question: Question,
): Promise<Question> =>
  question.breakGlass === true ? question : (await withSome(deps, role, question, FEW)).question;

async function withSome(
  deps: ActivityDeps,
  role: CatalogRole,
  concerned: Question,
  atMost: number,
): Promise<{ question: Question; groups: Looked[] }> {
  const groups = await Promise.all(
    deps.policy.groupsFor(role.id).map(async (name) => {
      return { name, members: await deps.bench.members(name, atMost) };
    }),
  );
  const some = groups.flatMap(({ members }) => members?.people ?? []);
  const answering = await answeringAmong(
    deps,
    oncePerId([...concerned.people, ...some]),
    concerned,
  );
  const others = await onCallFor(deps, role, [...some, ...answering.people]);
  const delegations = [...(concerned.delegations ?? []), ...answering.delegations];
  const question = {
    ...concerned,
    people: oncePerId([...concerned.people, ...others]),
    ...(delegations.length > 0 && { delegations }),
  };
  return { question, groups };
}

/** Of two entries of one person the first counts. */
export const oncePerId = (people: readonly PersonFacts[]): PersonFacts[] => [
  ...new Map(people.toReversed().map((person) => [person.id, person])).values(),
];

type Looked = { name: string; members: Members | undefined };

/** Why nobody was found, where that lies with the groups themselves. */
function explained(decision: Decision, groups: readonly Looked[]): Decision {
  const gone = groups.filter(({ members }) => members === undefined).map(({ name }) => name);
  const large = groups.filter(({ members }) => members?.more).map(({ name }) => name);
  return {
    ...decision,
    because: [
      ...decision.because,
      ...gone.map(
        (name) =>
          `The company directory has no group called ${name}: it may have been renamed or deleted. Correct it there, or in curfew.yaml.`,
      ),
      ...large.map(
        (name) => `Of ${name} only the first members were looked at: use a smaller group.`,
      ),
    ],
  };
}
