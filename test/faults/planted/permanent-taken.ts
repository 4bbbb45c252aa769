import { PERMANENT } from '../run/company';
import type { PlantedBug } from './planted-bug';

export const permanentTaken: PlantedBug = {
  name: 'permanent-taken',
  what: 'what somebody had before their grant counts as given by it, and is taken at its end',
  edits: [
    {
      file: 'temporal/activities/entitlements-on.ts',
      find: "'assignment.found': 'permanent',",
      replace: "'assignment.found': 'made',",
    },
  ],
  aim: {
    who: PERMANENT,
    stories: ['granted'],
    endings: ['end'],
    roles: ['dev-poweruser'],
    injuries: [],
    beside: 'nothing',
  },
  scenarios: 2,
  caughtBy: 'what somebody had before is never touched',
};
