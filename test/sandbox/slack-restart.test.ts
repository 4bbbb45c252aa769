import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { startSlack, TOKENS, type Slack } from '../support/slack-stand-in';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder();

const client = (slack: Slack): WebClient =>
  new WebClient(TOKENS.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });

/** What a kill -9 leaves: the files as they are while the process still runs. */
function asKilled(file: string): string {
  const copy = path.join(folder, 'after-the-kill.sqlite');
  for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, copy + end);
  return copy;
}

describe('after a kill', () => {
  test('messages, their ts, metadata, Home tabs and channel ids are as they were acknowledged', async () => {
    const file = path.join(folder, 'slack.sqlite');
    const before = await startSlack({ file });
    const { channel = '', ts = '' } = await client(before).chat.postMessage({
      channel: '#access-prod',
      text: 'open',
      metadata: { event_type: 'card', event_payload: { requestId: 'r-1' } },
    });
    await client(before).chat.update({ channel, ts, text: 'approved' });
    await client(before).views.publish({
      user_id: 'U0ADA00001',
      view: { type: 'home', blocks: [{ type: 'divider' }] },
    });
    const seen = await before.messages('ada');
    const after = await startSlack({ file: asKilled(file) });

    expect(await after.messages('ada')).toEqual(seen);
    expect(seen).toMatchObject([{ ts, text: 'approved', metadata: { requestId: 'r-1' } }]);
    const state = await after.get<{ home: { blocks: object[] } }>(
      '/sandbox/page/state?user=U0ADA00001',
    );
    expect(state.home.blocks).toMatchObject([{ type: 'divider' }]);
    const later = await client(after).chat.postMessage({ channel, text: 'later' });
    expect(Number(later.ts)).toBeGreaterThan(Number(ts));
    await before.close();
    await after.close();
  });

  test('two workspaces never share an id', async () => {
    const [one, other] = [await startSlack(), await startSlack()];
    const ids = async (slack: Slack) =>
      (await client(slack).conversations.list()).channels?.map(({ id }) => id) ?? [];
    expect(new Set([...(await ids(one)), ...(await ids(other))]).size).toBe(10);
    await one.close();
    await other.close();
  });
});
