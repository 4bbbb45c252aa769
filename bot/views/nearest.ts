/** The name that differs least from what was typed; undefined when none is near. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const text = typed.toLowerCase().slice(0, 80);
  const [best] = names
    .map((name) => ({ name, far: distance(text, name.toLowerCase()) }))
    .toSorted((one, other) => one.far - other.far);
  return best && best.far <= Math.max(2, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

/** Levenshtein's: how many characters must be added, dropped or changed. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, character] of one.split('').entries()) {
    const above = row;
    row = [index + 1];
    for (let at = 1; at <= other.length; at += 1) {
      const changed = (above[at - 1] ?? 0) + (character === other[at - 1] ? 0 : 1);
      row.push(Math.min(changed, (above[at] ?? 0) + 1, (row[at - 1] ?? 0) + 1));
    }
  }
  return row[other.length] ?? 0;
}
