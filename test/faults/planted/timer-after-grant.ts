import type { PlantedBug } from './planted-bug';

export const timerAfterGrant: PlantedBug = {
  name: 'timer-after-grant',
  what: "the timer of the window's end is created only when the activation has answered",
  edits: [
    {
      file: 'temporal/workflows/access-request.ts',
      find: 'const over = condition(() => file.how !== undefined, msUntil(file.until), {',
      replace:
        'await activateGrant(file);\n  const over = condition(() => file.how !== undefined, msUntil(file.until), {',
    },
    {
      file: 'temporal/workflows/access-request.ts',
      find: '  await Promise.race([over, activateGrant(file)]);\n',
      replace: '',
    },
  ],
  aim: {
    stories: ['granted'],
    endings: ['end'],
    roles: ['open-one'],
    injuries: [],
    beside: 'nothing',
  },
  scenarios: 2,
  caughtBy: 'the end is set before anything is granted',
};
