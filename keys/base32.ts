const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Five bits a character, from the front of `bytes`: what ids and codes are written in. */
export const base32 = (bytes: Uint8Array, characters: number): string =>
  Array.from({ length: characters }, (_, index) => {
    const bit = index * 5;
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    return ALPHABET[(pair >> (11 - (bit & 7))) & 31];
  }).join('');
