import type { StepUpEvidence } from '../../access/statement';
import { subjectHash } from '../../keys/subject';

const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

/** Of a fresh sign-in, for a role that says `maxAge: 2m, acr: [phr]`. */
export const goodSignIn = (issuer: string, person: string): StepUpEvidence => ({
  issuer,
  subjectHash: subjectHash(issuer, person),
  authTime: secondsAgo(30),
  acr: 'phr',
});

/** As late and as early as will do: the directory's clock may be a minute off. */
export const justGoodSignIns = (issuer: string, person: string): [string, StepUpEvidence][] => [
  ['nearly as old as it may be', { ...goodSignIn(issuer, person), authTime: secondsAgo(110) }],
  ['by a clock that is ahead', { ...goodSignIn(issuer, person), authTime: secondsAgo(-45) }],
];

/** What counts as no sign-in of this person for such a role, and what is then said. */
export function badSignIns(
  issuer: string,
  person: string,
  other: string,
): [string, StepUpEvidence | undefined, RegExp][] {
  const good = goodSignIn(issuer, person);
  const { acr: _, ...silent } = good;
  const evil = 'https://evil.example';
  return [
    ['none at all', undefined, /this \w+ came without/],
    ['an older sign-in', { ...good, authTime: secondsAgo(125) }, /not within 120 s/],
    ['one that is still to come', { ...good, authTime: secondsAgo(-75) }, /not within 120 s/],
    ['another issuer', { ...good, issuer: evil }, /somewhere else/],
    [
      'somebody else’s sign-in',
      { ...good, subjectHash: subjectHash(issuer, other) },
      /somebody else who signed in/,
    ],
    [
      'the right person at another issuer',
      { ...good, subjectHash: subjectHash(evil, person) },
      /somebody else who signed in/,
    ],
    ['a weaker sign-in', { ...good, acr: 'password' }, /weaker than phr/],
    ['no word on how', silent, /weaker than phr/],
  ];
}
