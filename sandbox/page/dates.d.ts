/** For the tests; the page itself is plain JavaScript. */
export declare function formatDate(
  seconds: number,
  format: string,
  where?: { now?: Date; locale?: string; timeZone?: string },
): string;
export declare function isInstant(seconds: number): boolean;
