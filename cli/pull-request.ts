import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CommandFailure } from './failure';

/** The pull request that a workflow of GitHub runs for, and how to speak of it. */
export interface PullRequest {
  api: string;
  repository: string;
  number: number;
  token: string;
}

const event = z.object({ pull_request: z.object({ number: z.int().positive() }) });

/** From what GitHub gives a job. */
export function pullRequestHere(environment: NodeJS.ProcessEnv = process.env): PullRequest {
  const needed = (name: string): string => {
    const value = environment[name];
    if (value) return value;
    throw new CommandFailure(2, `${name} is not set: this runs in a job for a pull request.`);
  };
  const token = needed('GITHUB_TOKEN');
  const repository = needed('GITHUB_REPOSITORY');
  const file = needed('GITHUB_EVENT_PATH');
  try {
    const { number } = event.parse(JSON.parse(readFileSync(file, 'utf8'))).pull_request;
    return {
      api: environment['GITHUB_API_URL'] ?? 'https://api.github.com',
      repository,
      number,
      token,
    };
  } catch {
    throw new CommandFailure(2, `${file} is of no pull request: run this on pull_request.`);
  }
}

/** Ours is found again by its first line. */
const MARK = '<!-- curfew policy -->';
/** GitHub takes 65,536 characters. */
const MOST = 60_000;
const PAGE = 100;
const PAGES = 20;

const comments = z.array(z.object({ id: z.int(), body: z.string().nullish() }));

/** One comment for a pull request, however often it is said: the one that is there is changed. */
export async function sayOnce(pull: PullRequest, markdown: string): Promise<void> {
  const body = `${MARK}\n${markdown.length > MOST ? `${markdown.slice(0, MOST)}\n\n… cut here.` : markdown}`;
  const where = `/repos/${pull.repository}/issues`;
  for (const id of await ours(pull)) {
    // Anybody may write our mark; what is not ours GitHub does not let us change.
    const changed = await call(pull, 'PATCH', `${where}/comments/${id}`, { body });
    if (changed.ok) return;
    if (changed.status !== 403 && changed.status !== 404) throw failure(changed.status);
  }
  const made = await call(pull, 'POST', `${where}/${pull.number}/comments`, { body });
  if (!made.ok) throw failure(made.status);
}

async function ours(pull: PullRequest): Promise<number[]> {
  const found: number[] = [];
  for (let page = 1; page <= PAGES; page += 1) {
    const path = `/repos/${pull.repository}/issues/${pull.number}/comments?per_page=${PAGE}&page=${page}`;
    const answer = await call(pull, 'GET', path);
    if (!answer.ok) throw failure(answer.status);
    const listed = comments.parse(await answer.json());
    found.push(...listed.filter(({ body }) => body?.startsWith(MARK)).map(({ id }) => id));
    if (listed.length < PAGE) break;
  }
  return found;
}

const call = ({ api, token }: PullRequest, method: string, path: string, body?: object) =>
  fetch(`${api}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });

const failure = (status: number): CommandFailure =>
  new CommandFailure(
    3,
    `GitHub answered ${status} to the comment. The job needs "permissions: pull-requests: write".`,
  );
