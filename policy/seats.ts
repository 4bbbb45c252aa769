/** Someone who wants to sit, and the seats (by index) they are entitled to. */
export interface Sitter {
  seats: readonly number[];
}

/**
 * How many seats these people can fill, each sitting in one at most (maximum bipartite matching,
 * augmenting paths). Who came first does not matter: people move over when that lets one more sit.
 */
export function seatsFilled(sitters: readonly Sitter[]): number {
  const sitsIn = new Map<number, Sitter>();
  return sitters.filter((sitter) => findSeat(sitter, sitsIn, new Set())).length;
}

function findSeat(sitter: Sitter, sitsIn: Map<number, Sitter>, tried: Set<number>): boolean {
  for (const seat of sitter.seats) {
    if (tried.has(seat)) continue;
    tried.add(seat);
    const holder = sitsIn.get(seat);
    if (holder !== undefined && !findSeat(holder, sitsIn, tried)) continue;
    sitsIn.set(seat, sitter);
    return true;
  }
  return false;
}
