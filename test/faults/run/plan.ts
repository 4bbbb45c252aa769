import type { FaultOrder } from '../../../sandbox/faults';
import { chance, type Chance } from './chance';
import { ENGINEERS, LEAVER, OWNERS, seatsOf, SECURITY } from './company';

/** What becomes of a request. */
export type Story =
  | 'granted'
  /** The requester, an owner, presses Approve too. */
  | 'own-vote'
  | 'denied'
  | 'silence'
  /** One of two says yes, and then nobody. */
  | 'half-silence'
  | 'withdrawn';

/** How a grant comes to its end. */
export type Ending =
  | 'natural'
  | 'end'
  | 'terminal'
  | 'revoke'
  | 'revoke-at-once'
  /** Everything of the person, or on the role, is cut at once: of other scenarios, too. */
  | 'cut-person'
  | 'cut-role'
  | 'leaves';

/** When something goes wrong: just as people do this. */
export type Moment = 'asking' | 'deciding' | 'connecting' | 'using' | 'ending';

export type Injury = { at: Moment; afterMs: number } & (
  | { what: 'outside'; order: FaultOrder }
  | { what: 'kill'; process: 'bot' | 'worker' | 'temporal' }
  /** An operator ends, or runs anew, the request's workflow. */
  | { what: 'terminate' | 'reset' }
  /** An operator ends the workflow that writes the role's revocation list. */
  | { what: 'forget' }
  /** A clock is set, and set right again after a while. */
  | { what: 'clock'; process: 'bot' | 'worker' | 'sandbox'; seconds: number }
);

/** One request, from the first word to the last look. */
export interface Part {
  who: string;
  role: string;
  minutes: number;
  story: Story;
  approvers: string[];
  ending: Ending;
  /** Who cuts it, when somebody does. */
  revoker: string;
  /** How long it is used before somebody ends it. */
  holdSeconds: number;
  /** Does a terminal connect? */
  connects: boolean;
}

/** A scenario: one request, or two of one person on one role. */
export interface Plan {
  seed: string;
  parts: [Part, ...Part[]];
  injuries: Injury[];
}

/** What a run may draw. */
export interface Aim {
  stories?: readonly Story[];
  endings?: readonly Ending[];
  roles?: readonly string[];
  /** Exactly these, in place of drawn ones. */
  injuries?: readonly Injury[];
  minutes?: number;
  /** Does a terminal connect in every one of them? */
  connects?: boolean;
  /** No second grant beside the first. */
  alone?: boolean;
}

/** The seed of the nth scenario of a run. */
export const scenarioSeed = (run: string, nth: number): string => `${run}-${nth}`;

/** Draws a scenario: who asks for what, what becomes of it, and what goes wrong meanwhile. */
export function drawPlan(seed: string, aim: Aim = {}): Plan {
  const draw = chance(seed);
  const first = drawPart(draw, aim);
  const overlaps =
    aim.alone !== true &&
    first.story === 'granted' &&
    first.ending !== 'leaves' &&
    draw.happens(0.15);
  const parts: Plan['parts'] = overlaps ? [first, overlapping(draw, first)] : [first];
  const injuries = aim.injuries ? [...aim.injuries] : drawInjuries(draw, first);
  return { seed, parts, injuries };
}

function drawPart(draw: Chance, aim: Aim): Part {
  const story = drawn(draw, aim.stories, [
    ['granted', 74],
    ['own-vote', 4],
    ['denied', 5],
    ['silence', 7],
    ['half-silence', 4],
    ['withdrawn', 6],
  ]);
  const ending = drawn(draw, aim.endings, [
    ['natural', 34],
    ['end', 18],
    ['terminal', 10],
    ['revoke', 26],
    ['revoke-at-once', 6],
    ['cut-person', 2],
    ['cut-role', 2],
    ['leaves', 2],
  ]);
  const leaves = story === 'granted' && ending === 'leaves';
  const who = story === 'own-vote' ? 'Gus' : leaves ? LEAVER : draw.one(ENGINEERS);
  const role = aim.roles ? draw.one(aim.roles) : roleFor(draw, story);
  return {
    who,
    role,
    story,
    ending,
    minutes: aim.minutes ?? minutesFor(draw, ending === 'natural' || leaves),
    approvers: approversOf(draw, who, role, story),
    revoker: draw.one(['Carla', 'Carla', 'Emil']),
    holdSeconds: draw.whole(1, 15),
    connects: draw.happens(0.9) || aim.connects === true,
  };
}

const minutesFor = (draw: Chance, untilItsEnd: boolean): number =>
  untilItsEnd
    ? draw.weighed([
        [1, 5],
        [2, 1],
      ])
    : draw.whole(2, 4);

const drawn = <const T>(
  draw: Chance,
  allowed: readonly T[] | undefined,
  weights: readonly (readonly [T, number])[],
): T => draw.weighed(weights.filter(([name]) => allowed?.includes(name) ?? true));

function roleFor(draw: Chance, story: Story): string {
  switch (story) {
    case 'granted':
      return draw.weighed([
        ['open-one', 2],
        ['open-two', 2],
        ['owned-one', 2],
        ['owned-two', 2],
        ['shared', 2],
      ]);
    case 'silence':
      return 'brief';
    case 'half-silence':
      return 'brief-shared';
    case 'own-vote':
    case 'denied':
    case 'withdrawn':
      return draw.one(['owned-one', 'owned-two', 'shared']);
  }
}

/** In the order in which they press their buttons. */
function approversOf(draw: Chance, who: string, role: string, story: Story): string[] {
  if (story === 'silence' || story === 'withdrawn') return [];
  const owner = who === 'Gus' ? 'Carla' : draw.one(OWNERS);
  if (story === 'denied' || story === 'half-silence') return [owner];
  const all = [owner, SECURITY].slice(0, seatsOf(role));
  return draw.happens(0.5) ? all : all.toReversed();
}

/** A second grant of the same person on the same role, sooner or later over than the first. */
const overlapping = (draw: Chance, first: Part): Part => ({
  ...first,
  minutes: draw.whole(1, 4),
  ending: draw.weighed([
    ['natural', 1],
    ['end', 1],
    ['revoke', 1],
  ]),
  holdSeconds: draw.whole(5, 40),
  connects: true,
});

const MOMENTS = ['asking', 'deciding', 'connecting', 'using', 'ending'] as const;

function drawInjuries(draw: Chance, part: Part): Injury[] {
  const when = () => ({ at: draw.one(MOMENTS), afterMs: draw.whole(0, 1_500) });
  const outside = Array.from({ length: draw.whole(1, 4) }, (): Injury => ({
    ...when(),
    what: 'outside',
    order: drawFault(draw),
  }));
  const granted = part.story === 'granted';
  const more: Injury[] = [
    ...(draw.happens(0.06) ? [{ ...when(), what: 'kill', process: 'worker' } as const] : []),
    ...(draw.happens(0.05) ? [{ ...when(), what: 'kill', process: 'bot' } as const] : []),
    ...(draw.happens(0.03) ? [{ ...when(), what: 'kill', process: 'temporal' } as const] : []),
    ...(granted && draw.happens(0.04)
      ? [{ at: 'using', afterMs: 0, what: 'terminate' } as const]
      : []),
    ...(granted && draw.happens(0.04) ? [{ at: 'using', afterMs: 0, what: 'reset' } as const] : []),
    ...(granted && draw.happens(0.04) ? [{ ...when(), what: 'forget' } as const] : []),
    ...(draw.happens(0.04)
      ? [
          {
            ...when(),
            what: 'clock',
            process: draw.one(['bot', 'worker', 'sandbox']),
            seconds: draw.one([-40, -15, 15, 40]),
          } as const,
        ]
      : []),
  ];
  return [...outside, ...more];
}

/** Every call that Curfew makes to the outside, and what the outside sends to Curfew. */
const CALLS = [
  ['slack', 'chat.postMessage'],
  ['slack', 'chat.update'],
  ['slack', 'conversations.open'],
  ['slack', 'views.open'],
  ['slack', 'users.info'],
  ['aws', 'AssumeRole'],
  ['aws', 'PutRolePolicy'],
  ['aws', 'GetRolePolicy'],
  ['aws', 'ListRolePolicies'],
  ['aws', 'DecodeAuthorizationMessage'],
  ['directory', 'users.get'],
  ['directory', 'users.list'],
  ['directory', 'users.groups'],
  ['directory', 'groups.list'],
  ['directory', 'groups.members'],
] as const;
const DELIVERIES = ['command', 'view_submission', 'block_actions'] as const;

function drawFault(draw: Chance): FaultOrder {
  const times = draw.whole(1, 3);
  if (draw.happens(0.2)) {
    const kind = draw.weighed([
      ['duplicate', 4],
      ['drop-after-commit', 1],
      ['timeout', 1],
      ['503', 1],
      ['slow', 1],
    ]);
    const ms = kind === 'slow' ? { ms: draw.whole(300, 2_000) } : {};
    return { target: 'slack', operation: draw.one(DELIVERIES), kind, times: 1, ...ms };
  }
  const [target, operation] = draw.one(CALLS);
  const kind = draw.one(['429', '503', 'timeout', 'drop-after-commit', 'slow']);
  const ms =
    kind === 'slow'
      ? { ms: draw.whole(300, 4_000) }
      : kind === 'timeout'
        ? { ms: draw.whole(500, 9_000) }
        : kind === '429'
          ? { ms: 1_000 }
          : {};
  return { target, operation, kind, times, ...ms };
}
