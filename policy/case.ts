import type { PersonFacts, Question } from '../access/decision';
import type { Entitlement } from './approvers';
import type { RoleBook, RoleTerms } from './catalog';
import type { RequestAction } from './cedar-schema';
import { callAboutRequest } from './facts';
import type { Rules, Ruling } from './rules';

/** A loaded bundle: what can be asked for, and who may. */
export interface Bundle {
  book: RoleBook;
  rules: Rules;
}

/** A request that can be judged: its role exists, and its requester is known. */
export interface Case {
  bundle: Bundle;
  question: Question;
  terms: RoleTerms;
  requester: PersonFacts;
  /** What approvers.ts found out about each, so that the rules are asked once. */
  entitlements: Map<PersonFacts, Entitlement>;
}

/** What the rules say when `principal` wants to do this about the case. */
export function ruleOn(
  { bundle, question, terms, requester }: Case,
  action: RequestAction,
  principal: PersonFacts,
): Ruling {
  const about = { terms, question, requester, principal };
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
