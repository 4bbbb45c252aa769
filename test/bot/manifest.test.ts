import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { METHOD_SCOPES, SCOPES } from '../../bot/scopes';
import { ACTIONS, BUTTONS, COMMANDS, EVENTS } from '../../bot/surface';

const ROOT = path.resolve(__dirname, '../..');

/** What Slack takes, as far as we use it: an unknown key or a longer text is an error there too. */
const manifest = z.strictObject({
  display_information: z.strictObject({
    name: z.string().max(35),
    description: z.string().max(140),
    long_description: z.string().min(174).max(4000),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({ display_name: z.string().max(80), always_online: z.boolean() }),
    slash_commands: z.array(
      z.strictObject({
        command: z.string().regex(/^\/[a-z-]{1,31}$/),
        description: z.string().max(2000),
        usage_hint: z.string().max(1000).optional(),
        should_escape: z.boolean(),
      }),
    ),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ bot_events: z.array(z.string()) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true) }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.literal(true),
    token_rotation_enabled: z.literal(false),
  }),
});
const written = manifest.parse(parse(readFileSync(path.join(ROOT, 'manifest.yml'), 'utf8')));

const sources = readdirSync(path.join(ROOT, 'bot'), { recursive: true, encoding: 'utf8' })
  // main.ts wires: it calls no Slack itself.
  .filter((name) => name.endsWith('.ts') && name !== 'main.ts')
  .map((name) => readFileSync(path.join(ROOT, 'bot', name), 'utf8'));

describe('manifest.yml and the code agree on', () => {
  test('commands', () => {
    const declared = written.features.slash_commands.map(({ command }) => command);
    expect(declared.toSorted()).toEqual(Object.values(COMMANDS).toSorted());
  });

  test('events', () => {
    expect(written.settings.event_subscriptions.bot_events).toEqual(Object.values(EVENTS));
  });

  test('scopes: what the methods we call need, and nothing more', () => {
    const called = sources.flatMap((source) =>
      [...source.matchAll(/\bclient\s*\.([a-z]+)\s*\.([A-Za-z]+)\(/g)].map(
        ([, family, method]) => `${family}.${method}`,
      ),
    );
    expect([...new Set(called)].toSorted()).toEqual(Object.keys(METHOD_SCOPES).toSorted());
    expect(written.oauth_config.scopes.bot).toEqual(SCOPES);
  });
});

describe('every name in the code has its listener', () => {
  test.each([
    ['command', 'COMMANDS', COMMANDS],
    ['button', 'ACTIONS', ACTIONS],
    ['event', 'EVENTS', EVENTS],
  ])('%s', (_kind, table, names) => {
    for (const name of Object.keys(names)) {
      const listeners = sources.filter((source) =>
        new RegExp(`(app\\.\\w+\\(|onButton\\(app, front, )${table}\\.${name}\\b`).test(source),
      );
      expect({ name, listeners: listeners.length }).toEqual({ name, listeners: 1 });
    }
  });

  test('and every button the label that the contracts fix', () => {
    expect(Object.values(BUTTONS)).toEqual(
      expect.arrayContaining(['Approve', 'Deny', 'Cancel', 'Connect', 'End now']),
    );
  });
});
