import { z } from 'zod';
import type { Rota } from '../access/on-call';
import { askJson, type Answer } from './ask-json';

export interface PagerDutySchedulesOptions {
  /** A REST API key; read-only is enough. */
  token: string;
  /** Of another service region, `https://api.eu.pagerduty.com`. */
  url?: string;
  now?: () => number;
}

const found = z.object({
  schedules: z.array(z.object({ id: z.string(), name: z.string() })),
  more: z.boolean().default(false),
});
const onShift = z.object({ users: z.array(z.object({ email: z.string().min(1) })) });

const ID = /^P[A-Z0-9]{6,13}$/;
/** Who is on call now is who is on call in this second. */
const MOMENT_MS = 1_000;
const ADVICE =
  'Check CURFEW_PAGERDUTY_API_TOKEN: a REST API key (read-only is enough) of the service region of CURFEW_PAGERDUTY_API_URL.';

/**
 * PagerDuty's REST API v2. It asks the schedule itself, with its overrides; who an escalation policy would page is
 * another question, also about schedules that are in none.
 */
export function createPagerDutySchedules({
  token,
  url = 'https://api.pagerduty.com',
  now = Date.now,
}: PagerDutySchedulesOptions): Rota {
  const ask = (path: string, query: Record<string, string>): Promise<Answer> => {
    const question = new URL(`${url.replace(/\/+$/, '')}${path}`);
    for (const [name, value] of Object.entries(query)) question.searchParams.set(name, value);
    const headers = {
      authorization: `Token token=${token}`,
      accept: 'application/vnd.pagerduty+json;version=2',
    };
    return askJson({ of: 'PagerDuty', url: question, headers, advice: ADVICE });
  };

  async function idOf(schedule: string): Promise<string> {
    const answer = await ask('/schedules', { query: schedule, limit: '100' });
    const { schedules, more } = parsed(found, answer);
    const named = schedules.filter(({ name }) => name === schedule);
    const [first, second] = named;
    if (second !== undefined || (first === undefined && more))
      throw new Error(
        `PagerDuty has several schedules that ${schedule} may mean. Name its id in curfew.yaml, schedule:P….`,
      );
    if (first !== undefined) return first.id;
    if (ID.test(schedule)) return schedule;
    throw new Error(`PagerDuty knows no schedule called ${schedule}.`);
  }

  return {
    name: 'PagerDuty',
    async onCall(schedule) {
      const id = await idOf(schedule);
      const [since, until] = [now(), now() + MOMENT_MS].map((at) => new Date(at).toISOString());
      const answer = await ask(`/schedules/${encodeURIComponent(id)}/users`, {
        since: since ?? '',
        until: until ?? '',
      });
      if (answer.status === 'not-found')
        throw new Error(`PagerDuty knows no schedule called ${schedule}.`);
      return parsed(onShift, answer).users.map(({ email }) => email);
    },
  };
}

function parsed<T>(shape: z.ZodType<T>, answer: Answer): T {
  const read = shape.safeParse(answer.status === 'found' ? answer.body : undefined);
  if (read.success) return read.data;
  throw new Error(`PagerDuty answered with something that is no schedule. ${ADVICE}`);
}
