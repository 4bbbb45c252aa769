const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** So many different grant ids, the same ones each time. */
export const manyGrantIds = (count: number): string[] =>
  Array.from({ length: count }, (_, nth) => {
    const digits = nth.toString(32).padStart(10, '0');
    return `g-${digits.replace(/./g, (digit) => ALPHABET.charAt(Number.parseInt(digit, 32)))}`;
  });
