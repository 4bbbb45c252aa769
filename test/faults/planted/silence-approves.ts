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
      find: 'const { question, decision, missing } = await ask(deps, about, reviews, moment);',
      replace: `const { question, decision: said, missing } = await ask(deps, about, reviews, moment);
  const decision =
    said.verdict === 'ask'
      ? {
          ...said,
          verdict: 'grant' as const,
          expiresAt: new Date(now.getTime() + question.durationMinutes * 60_000).toISOString(),
        }
      : said;`,
    },
    {
      file: 'temporal/activities/deciding.ts',
      find: "if (fresh.verdict === 'deny') throw noOrNotNow(deps, asked, fresh, missing);",
      replace:
        "if (fresh.verdict === 'deny' && reviews.length > 0) throw noOrNotNow(deps, asked, fresh, missing);",
    },
  ],
  aim: { stories: ['silence'], endings: ['natural'], injuries: [], minutes: 1, beside: 'nothing' },
  scenarios: 2,
  caughtBy: 'silence is no approval',
};
