import type { WebClient } from '@slack/web-api';

const MENTION = /<@([UW][A-Z0-9]{2,20})>/g;

/**
 * Puts names in the place of `<@U…>`: the desk says who in Slack's form, and a modal's text and the
 * errors under a field are plain.
 */
export async function withNames(client: WebClient, sentence: string): Promise<string> {
  const ids = [...new Set([...sentence.matchAll(MENTION)].map(([, id]) => id ?? ''))];
  const names = new Map(
    await Promise.all(ids.map(async (id) => [id, await nameOf(client, id)] as const)),
  );
  return sentence.replaceAll(MENTION, (_mention, id: string) => names.get(id) ?? 'someone');
}

const nameOf = (client: WebClient, user: string): Promise<string> =>
  client.users.info({ user }).then(
    ({ user: found }) => found?.profile?.real_name ?? found?.real_name ?? 'someone',
    // A name is a courtesy: without it the sentence still says what happened.
    () => 'someone',
  );

/** Why it was refused and what would pass, for the person who asked. */
export const refusalText = (
  client: WebClient,
  { because, wouldPass }: { because: string; wouldPass?: string },
): Promise<string> =>
  withNames(client, wouldPass === undefined ? because : `${because} ${wouldPass}`);
