import type { PlantedBug } from './planted-bug';

export const noPurge: PlantedBug = {
  name: 'no-purge',
  what: 'entries of a revocation list stay there for ever, until it is full',
  edits: [
    {
      file: 'temporal/activities/revoking.ts',
      find: 'const gone = await spent(deps, target, full, before);',
      replace: 'const gone = (await spent(deps, target, full, before)).slice(0, 0);',
    },
  ],
  aim: {
    stories: ['granted'],
    endings: ['end'],
    roles: ['open-one'],
    injuries: [],
    connects: true,
    beside: 'nothing',
  },
  scenarios: 3,
  caughtBy: 'revocation lists forget what is long over',
};
