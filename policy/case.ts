import type { PersonFacts, Question } from '../access/decision';
import type { Workload } from '../access/workload';
import type { Entitlement } from './approvers';
import type { RoleBook, RoleTerms } from './catalog';
import type { RequestAction } from './cedar-schema';
import { callAboutRequest } from './facts';
import { humansAmong } from './people';
import type { Rules, Ruling } from './rules';

/** A loaded bundle: what can be asked for, and who may. */
export interface Bundle {
  book: RoleBook;
  rules: Rules;
}

/** A request that can be judged: its role exists, its requester is known, its route is chosen. */
export interface Case {
  bundle: Bundle;
  question: Question;
  terms: RoleTerms;
  /** Who asks; or, when a workload does, the person who answers for it. */
  requester: PersonFacts;
  workload?: Workload;
  /** Whose request it is, and who answers for it: none of them has a say. */
  parties: readonly PersonFacts[];
  /** Which human this entry of the directory is: two with one answer are one. */
  humanOf: (person: PersonFacts) => string;
  /** What approvers.ts found out about each, so that the rules are asked once. */
  entitlements: Map<PersonFacts, Entitlement>;
}

export const openCase = (
  about: Pick<Case, 'bundle' | 'question' | 'terms' | 'requester' | 'workload'>,
): Case => {
  let known: Case['humanOf'] | undefined;
  return {
    ...about,
    parties: [about.requester],
    humanOf: (person) => (known ??= humansAmong(about.question.people))(person),
    entitlements: new Map(),
  };
};

export const isParty = ({ parties, humanOf }: Case, person: PersonFacts): boolean =>
  parties.some((party) => humanOf(party) === humanOf(person));

/** The same for less time. What the rules said of more of it does not count. */
export const forLess = (file: Case, durationMinutes: number): Case =>
  durationMinutes === file.question.durationMinutes
    ? file
    : { ...file, question: { ...file.question, durationMinutes }, entitlements: new Map() };

/**
 * What the rules say when `principal` wants to do this about the case. Where a workload asks, all but
 * judging it is about the workload.
 */
export function ruleOn(
  { bundle, question, terms, requester, workload }: Case,
  action: RequestAction,
  principal: PersonFacts,
): Ruling {
  const about = { terms, question, requester, principal, ...(workload && { workload }) };
  const { call, unknown } = callAboutRequest(bundle.book, action, about);
  const ruling = bundle.rules.rule(call, unknown);
  return ruling.kind === 'forbidden' ? { ...ruling, because: withFreezes(ruling) } : ruling;

  /** A rule says what a freeze forbids; which one it is, and until when, the calendar says. */
  function withFreezes({ because, policies }: { because: string[]; policies: string[] }): string[] {
    const { book, rules } = bundle;
    if (!FREEZE_FACTS.some((fact) => rules.reads(fact, policies))) return because;
    const freezes = book
      .freezesOn(terms.role, question.at)
      .map(({ name, untilText }) => `The freeze ${name} lasts until ${untilText}.`);
    return [...because, ...freezes];
  }
}

const FREEZE_FACTS = ['inFreeze', 'freezes'];
