import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { CommandFailure } from './failure';

const PATIENCE_MS = 20_000;
const answered = z.object({ value: z.string().min(1) });

/** Where a job finds its own token: a fresh one for each call, where the CI system gives them out. */
export type JobToken = () => Promise<string>;

/** Undefined where nothing is known of a token: a person sits here. */
export function jobTokenIn(environment: NodeJS.ProcessEnv): JobToken | undefined {
  const {
    CURFEW_TOKEN: token,
    CURFEW_TOKEN_FILE: file,
    CURFEW_AUDIENCE: audience = 'curfew',
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
  } = environment;
  if (file) return async () => readToken(file);
  if (token) return async () => token.trim();
  if (url && bearer) return () => askForToken(url, bearer, audience);
  return undefined;
}

function readToken(file: string): string {
  if (!existsSync(file))
    throw new CommandFailure(2, `CURFEW_TOKEN_FILE: there is no file ${file}.`);
  return readFileSync(file, 'utf8').trim();
}

/** GitHub Actions gives out as many as are asked for, as long as the job runs. */
async function askForToken(url: string, bearer: string, audience: string): Promise<string> {
  const address = new URL(url);
  address.searchParams.set('audience', audience);
  const failure = (cause: unknown): CommandFailure =>
    new CommandFailure(
      3,
      'The CI system gave out no token. In GitHub Actions the job needs permissions: { id-token: write }.',
      { cause },
    );
  const response = await fetch(address, {
    headers: { authorization: `bearer ${bearer}` },
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: 'error',
  }).catch((cause: unknown) => {
    throw failure(cause);
  });
  const read = answered.safeParse(await response.json().catch(() => undefined));
  if (!response.ok || !read.success) throw failure(response.status);
  return read.data.value;
}
