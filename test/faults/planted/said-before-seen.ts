import type { PlantedBug } from './planted-bug';

export const saidBeforeSeen: PlantedBug = {
  name: 'said-before-seen',
  what: '"revoked" is said when the list is written, before anybody saw AWS deny',
  edits: [
    {
      file: 'temporal/workflows/taking-back.ts',
      find: 'const observed = await observeEnd({ requestId, how });',
      replace: `void observeEnd({ requestId, how }).catch(() => undefined);
  const observed = { observedAt: askedAt, statement: 'Seen denied.' };`,
    },
  ],
  aim: {
    stories: ['granted'],
    endings: ['revoke', 'end'],
    roles: ['open-one', 'open-two'],
    // Seen late: else it is seen while somebody looks from the one to the other, now and then.
    injuries: [
      {
        at: 'ending',
        afterMs: 0,
        what: 'outside',
        order: {
          target: 'aws',
          operation: 'DecodeAuthorizationMessage',
          kind: 'slow',
          ms: 8_000,
          times: 4,
        },
      },
    ],
    connects: true,
    beside: 'nothing',
  },
  scenarios: 4,
  caughtBy: '"revoked" and "ended" are said after it was observed',
};
