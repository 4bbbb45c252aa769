import type { Case } from './case';
import { seatsText, type Seat } from './catalog';
import { nameOf } from './people';
import { stagesOf } from './routes';
import { mostFilled, seatTogether, type Sitter } from './seating';

/** As what this person sits down, beside those who sit; or why they do not. */
export function sitDown(
  file: Case,
  seated: readonly Sitter[],
  { person, rights }: Sitter,
): { sitter: Sitter } | { because: string } {
  const { humanOf, terms } = file;
  const name = nameOf(person);
  if (seated.some((one) => humanOf(one.person) === humanOf(person)))
    return { because: `${name} counts once; approving again changes nothing.` };
  const { open, at, of } = stageAt(terms.seats, seated.length);
  const now = rights
    .map((right) => ({ ...right, seats: right.seats.filter((seat) => open.has(seat)) }))
    .filter(({ seats }) => seats.length > 0);
  const isAskedLater = rights.some(({ seats }) =>
    seats.some((seat) => seat > Math.max(...open.keys())),
  );
  if (now.length === 0 && isAskedLater)
    return {
      because: `${name} is asked later: this is stage ${at} of ${of}, ${seatsText([...open.values()])}. Approve again when that is full.`,
    };
  const sitter = { person, rights: now };
  if (seatTogether([...seated, sitter], humanOf) === undefined)
    return { because: `Every seat that ${name} could fill is taken.` };
  return { sitter };
}

/** Could everybody else still fill the seats that are left when this person sits here? */
export const leavesNoneEmpty = (
  { terms, humanOf }: Case,
  seated: readonly Sitter[],
  sitter: Sitter,
  others: readonly Sitter[],
): boolean => mostFilled([...seated, sitter], others, humanOf) === terms.seats.length;

/** Where a route is when so many sit: its stage from 1, of how many, and the seats of it by index. */
export function stageAt(
  seats: readonly Seat[],
  sitting: number,
): { at: number; of: number; open: Map<number, Seat> } {
  // A stage is full when as many sit as there are seats up to its end.
  const now = seats[sitting]?.stage;
  const open = new Map([...seats.entries()].filter(([, { stage }]) => stage === now));
  return { at: (now ?? 0) + 1, of: stagesOf({ seats }), open };
}
