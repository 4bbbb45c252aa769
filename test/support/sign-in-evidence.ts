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

/** Made when it is needed: a slow machine must not make it older. */
type Made<E> = () => E;

/** As late and as early as will do: the directory's clock may be a minute off. */
export const justGoodSignIns = (
  issuer: string,
  person: string,
): [string, Made<StepUpEvidence>][] => {
  const at = (seconds: number) => () => ({
    ...goodSignIn(issuer, person),
    authTime: secondsAgo(seconds),
  });
  return [
    ['nearly as old as it may be', at(90)],
    ['by a clock that is ahead', at(-50)],
  ];
};

/** What counts as no sign-in of this person for such a role, and what is then said. */
export function badSignIns(
  issuer: string,
  person: string,
  other: string,
): [string, Made<StepUpEvidence | undefined>, RegExp][] {
  const evil = 'https://evil.example';
  const but = (changes: Made<Partial<StepUpEvidence>>) => () => ({
    ...goodSignIn(issuer, person),
    ...changes(),
  });
  const silent = () => {
    const { acr: _, ...evidence } = goodSignIn(issuer, person);
    return evidence;
  };
  return [
    ['none at all', () => undefined, /this \w+ came without/],
    ['an older sign-in', but(() => ({ authTime: secondsAgo(122) })), /not within 120 s/],
    ['one that is still to come', but(() => ({ authTime: secondsAgo(-300) })), /not within 120 s/],
    ['another issuer', but(() => ({ issuer: evil })), /somewhere else/],
    [
      'somebody else’s sign-in',
      but(() => ({ subjectHash: subjectHash(issuer, other) })),
      /somebody else who signed in/,
    ],
    [
      'the right person at another issuer',
      but(() => ({ subjectHash: subjectHash(evil, person) })),
      /somebody else who signed in/,
    ],
    ['a weaker sign-in', but(() => ({ acr: 'password' })), /weaker than phr/],
    ['no word on how', silent, /weaker than phr/],
  ];
}
