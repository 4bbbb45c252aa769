import { afterEach, describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../access/ledger';
import { createBot } from '../../bot/create';
import { newConnectCode } from '../../keys/codes';
import { exampleCatalog } from '../support/example-catalog';
import { createInMemoryDesk } from '../support/in-memory-desk';
import { type ScriptedAnswer, startScriptedSlack } from '../support/scripted-slack';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

const silent = { info: () => {}, warn: () => {}, error: () => {} };

async function botFor(answers: Record<string, ScriptedAnswer>) {
  const slack = await startScriptedSlack(
    (method) => answers[method] ?? { body: { ok: false, error: 'unknown_method' } },
  );
  stop = slack.stop;
  return createBot({
    settings: {
      botToken: 'xoxb-the-secret-token',
      transport: { kind: 'socket', appToken: 'xapp-the-secret-token' },
      apiUrl: slack.apiUrl,
    },
    log: silent,
    desk: createInMemoryDesk(),
    catalog: exampleCatalog(),
    signer: { sign: async (statement) => ({ statement, seal: 'sealed' }) },
    ledger: {} as Ledger,
    codes: { newConnectCode },
  });
}

const HELLO = { body: { ok: true, user_id: 'U0CURFEWBT', bot_id: 'B0', team_id: 'T0CURFEW01' } };

describe('a bot that Slack does not let in', () => {
  test.each([
    ['SLACK_BOT_TOKEN', { 'auth.test': { body: { ok: false, error: 'invalid_auth' } } }],
    [
      'SLACK_APP_TOKEN',
      {
        'auth.test': HELLO,
        'apps.connections.open': { body: { ok: false, error: 'invalid_auth' } },
      },
    ],
  ])('does not start, and names %s but not its value', async (variable, answers) => {
    const bot = await botFor(answers);
    const failure = await bot.start().then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ name: 'Refused' });
    expect(failure?.message).toContain(`Slack refuses ${variable} (invalid_auth)`);
    expect(failure?.message).not.toContain('secret-token');
    expect((await bot.health()).ok).toBe(false);
  });
});
