/** Curfew cannot start or go on; the message says why and what to do, and is all that a person needs. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** How a child says "the settings are wrong, starting me again will not help" (EX_CONFIG of sysexits.h). */
export const REFUSES_TO_START = 78;
