/** Temporal retries, with its own patience; and a call that hangs must not outlive its activity. */
export const CALL_LIMITS = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 8_000, throwOnRequestTimeout: true },
};
