/** What a command prints and how it ends: 0 done, 1 refused, 2 wrong usage or not there yet, 3 a part is not there. */
export interface Printed {
  code: 0 | 1 | 2 | 3;
  out: string;
  err: string;
}

export const usage = (err: string): Printed => ({ code: 2, out: '', err });
