import type { Question } from '../access/decision';
import type { Workload, WorkloadKind } from '../access/workload';
import { notActive, requesterOf } from './admission';
import type { Bundle, Case } from './case';
import { didYouMean } from './nearest';
import { findPerson, nameOf, quoted, type Found } from './people';
import { openRoutedCase } from './routes';

/**
 * Whose request it is: the person who asks, or who answers for the workload that asks. Either way the one
 * who never decides about it.
 */
export type Asker = (Found & { found: undefined }) | (Found & { workload?: Workload });

export function askerOf(bundle: Bundle, question: Question): Asker {
  return question.workload === undefined
    ? requesterOf(question)
    : workloadIn(bundle, question, question.workload);
}

/** The request as the rules are asked about it; undefined where its role or its asker is nobody's. */
export function caseOf(bundle: Bundle, question: Question): Case | undefined {
  const terms = bundle.book.terms(question.role);
  const asker = askerOf(bundle, question);
  if (terms === undefined || asker.found === undefined) return undefined;
  const { found: requester, workload } = asker;
  return openRoutedCase({ bundle, question, requester, ...(workload && { workload }) }, terms);
}

function workloadIn(
  { book }: Bundle,
  { requester, people }: Question,
  { id, kind, accountable }: NonNullable<Question['workload']>,
): Asker {
  const not = (because: string): Asker => ({ found: undefined, because });
  const workload = book.workloads.find((known) => known.id === id);
  if (workload === undefined) {
    const known = book.workloads.map((one) => one.id);
    return not(`There is no pipeline or agent called ${quoted(id)}.${didYouMean(id, known)}`);
  }
  if (workload.kind !== kind) return not(`${id} is ${a(workload.kind)}, not ${a(kind)}.`);
  if (requester !== id)
    return not(`${id} asks for itself: its id stands as requester, not ${quoted(requester)}.`);
  // Two who go by one name: whose word would a vote by that name be?
  if (people.some((person) => person.id === id))
    return not(`${id} is also somebody's directory id. Give the ${kind} another name.`);
  const owner = findPerson(people, workload.accountable);
  if (owner.found === undefined)
    return not(`Nobody answers for ${id}. ${owner.because} Correct workloads.${id}.accountable.`);
  if (findPerson(people, accountable).found?.id !== owner.found.id)
    return not(`${nameOf(owner.found)} answers for ${id}, not ${quoted(accountable)}.`);
  if (!owner.found.active)
    return not(
      `Nobody answers for ${id}. ${notActive(owner.found)} Name somebody else in workloads.${id}.accountable.`,
    );
  return { ...owner, workload };
}

const a = (kind: WorkloadKind): string => (kind === 'agent' ? 'an agent' : 'a pipeline');

/** Who asks, for sentences: `Ada`, or `the pipeline deploy-shop`. */
export const askerName = ({ workload, requester }: Pick<Case, 'workload' | 'requester'>): string =>
  workload === undefined ? nameOf(requester) : `the ${workload.kind} ${workload.id}`;
