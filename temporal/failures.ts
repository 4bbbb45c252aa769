import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stack traces of failures are encrypted like everything else. Loaded by path. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
