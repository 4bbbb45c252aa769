import type { PlantedBug } from './planted-bug';

export const silenceApproves: PlantedBug = {
  name: 'silence-approves',
  what: 'nobody answers in time, and that counts as an approval',
  edits: [
    {
      file: 'temporal/workflows/access-request.ts',
      find: "if (file.state === 'waiting') expire(file);",
      replace: `if (file.state === 'waiting' && file.request.reason === '') expire(file);
    if (file.state === 'waiting') {
      file.until = new Date(Date.now() + file.request.durationMinutes * 60_000).toISOString();
      enter(file, 'activating');
    }`,
    },
    {
      file: 'temporal/activities/deciding.ts',
      find: "const { question, decision } = await ask(deps, about, reviews, moment, 'fault');",
      replace: `const asked = await ask(deps, about, reviews, moment, 'fault');
  const { question } = asked;
  const decision =
    asked.decision.verdict === 'ask'
      ? {
          ...asked.decision,
          verdict: 'grant' as const,
          expiresAt: new Date(now.getTime() + question.durationMinutes * 60_000).toISOString(),
        }
      : asked.decision;`,
    },
    {
      file: 'temporal/activities/deciding.ts',
      find: "if (fresh.verdict === 'deny') throw new Refused(fresh.because.join(' '));",
      replace:
        "if (fresh.verdict === 'deny' && reviews.length > 0) throw new Refused(fresh.because.join(' '));",
    },
  ],
  aim: { stories: ['silence'], endings: ['natural'], injuries: [], minutes: 1, beside: 'nothing' },
  scenarios: 2,
  caughtBy: 'silence is no approval',
};
