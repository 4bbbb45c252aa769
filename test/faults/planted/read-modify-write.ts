import type { PlantedBug } from './planted-bug';

export const readModifyWrite: PlantedBug = {
  name: 'read-modify-write',
  what: 'a write of the revocation list adds one entry to a list that was read too early',
  edits: [
    {
      file: 'temporal/activities/revoking.ts',
      find: 'const full = neededOn(deps, target, entries);',
      replace: 'const full = neededOn(deps, target, entries).slice(-1);',
    },
    {
      file: 'aws/revocations.ts',
      find: 'const there = await readList(iam, target);',
      replace: 'const there = { ...(await readList(iam, target)), grantIds: [] };',
    },
  ],
  aim: {
    stories: ['granted'],
    endings: ['revoke', 'end'],
    roles: ['open-one'],
    injuries: [],
    connects: true,
    beside: 'nothing',
  },
  scenarios: 8,
  caughtBy: 'the list holds every cut until its sessions are dead',
};
