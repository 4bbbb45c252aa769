/**
 * Whether two addresses are the same without their case. Only ASCII letters have one here: full Unicode
 * folding would take look-alikes (the Kelvin sign for a k) for the letter, and so one person for another.
 */
export const sameEmail = (one: string, other: string): boolean => folded(one) === folded(other);

const folded = (address: string): string =>
  address.trim().replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
