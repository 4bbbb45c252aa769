import { chance, type Chance } from './chance';
import { EMERGENCY, ENGINEERS, isStanding, LEAVER, OWNERS, seatsOf, SECURITY } from './company';
import { drawInjuries, type Injury } from './draw-injuries';

/** What becomes of a request. */
export type Story =
  | 'granted'
  /** The requester, an owner, presses Approve too. */
  | 'own-vote'
  | 'denied'
  | 'silence'
  /** One of two says yes, and then nobody. */
  | 'half-silence'
  | 'withdrawn'
  /** In an emergency: nobody is asked, everybody is told, somebody reviews it. */
  | 'break-glass'
  /** A second break-glass of the same person, while nobody has reviewed the first: refused. */
  | 'barred';

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
  /** It is opened by Extend on the first part's access, whose terminal goes on with it. */
  extends?: true;
}

/** A scenario: one request, or two of one person on one role. */
export interface Plan {
  seed: string;
  parts: [Part, ...Part[]];
  injuries: Injury[];
}

/** What a run may draw. */
export interface Aim {
  who?: string;
  stories?: readonly Story[];
  endings?: readonly Ending[];
  roles?: readonly string[];
  /** Exactly these, in place of drawn ones. */
  injuries?: readonly Injury[];
  minutes?: number;
  /** Does a terminal connect in every one of them? */
  connects?: boolean;
  /** What comes beside the first; drawn when absent. */
  beside?: Beside;
}

/** A second request of the same person: nothing, one of its own, or one that extends the first. */
type Beside = 'nothing' | 'overlap' | 'extension';

/** The seed of the nth scenario of a run. */
export const scenarioSeed = (run: string, nth: number): string => `${run}-${nth}`;

/** Draws a scenario: who asks for what, what becomes of it, and what goes wrong meanwhile. */
export function drawPlan(seed: string, aim: Aim = {}): Plan {
  const draw = chance(seed);
  const first = drawPart(draw, aim);
  const second = drawSecond(draw, first, aim.beside);
  const parts: Plan['parts'] = second ? [first, second] : [first];
  const injuries = aim.injuries ? [...aim.injuries] : drawInjuries(draw, first);
  return { seed, parts, injuries };
}

function drawSecond(draw: Chance, first: Part, wanted?: Beside): Part | undefined {
  if (first.story === 'break-glass')
    return wanted === 'nothing' ? undefined : { ...first, story: 'barred' };
  if (first.story !== 'granted' || first.ending === 'leaves') return undefined;
  const beside =
    wanted ??
    draw.weighed<Beside>([
      ['nothing', 76],
      ['overlap', 13],
      ['extension', 11],
    ]);
  switch (beside) {
    case 'nothing':
      return undefined;
    case 'overlap':
      return overlapping(draw, first);
    case 'extension':
      return { ...overlapping(draw, first), minutes: first.minutes, extends: true };
  }
}

function drawPart(draw: Chance, aim: Aim): Part {
  const story = drawn(draw, aim.stories, [
    ['granted', 70],
    ['own-vote', 4],
    ['denied', 5],
    ['silence', 7],
    ['half-silence', 4],
    ['withdrawn', 6],
    ['break-glass', 5],
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
  const who = aim.who ?? (story === 'own-vote' ? 'Gus' : leaves ? LEAVER : draw.one(ENGINEERS));
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
    connects: !isStanding(role) && (draw.happens(0.9) || aim.connects === true),
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
        ['dev-poweruser', 2],
        ['grafana-admins', 1],
      ]);
    case 'break-glass':
    case 'barred':
      return EMERGENCY;
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

/** Nobody says yes to these. */
const NOT_ASKED: ReadonlySet<Story> = new Set(['silence', 'withdrawn', 'break-glass', 'barred']);

/** How many people must say yes. */
export const seatsFor = ({ story, role }: Pick<Part, 'story' | 'role'>): number =>
  story === 'break-glass' ? 0 : seatsOf(role);

/** In the order in which they press their buttons. */
function approversOf(draw: Chance, who: string, role: string, story: Story): string[] {
  if (NOT_ASKED.has(story)) return [];
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
  connects: !isStanding(first.role),
});
