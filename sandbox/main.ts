import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Catalog } from '../access/catalog';
import { exampleFolder, loadBundle } from '../config/bundle';
import { exitCodeFor } from '../config/exit-code';
import { packageRoot } from '../config/root';
import { readSettings, type Settings } from '../config/settings';
import { seedAccount } from './aws/seed-account';
import { centerSeed } from './aws/seed-center';
import { accessOf } from './aws/target-access';
import { PEOPLE } from './people';
import { createSandbox } from './server';
import type { Command } from './slack/parts';

/** The sandbox process: Slack, AWS and a directory on this machine, for development only. */
async function main(): Promise<void> {
  // Refuses NODE_ENV=production, and any stand-in beside real AWS.
  const settings = readSettings(process.env, 'sandbox');
  const { slack, directory, aws, data, botUrl } = settings;
  const bearer = aws?.source.from === 'container' ? aws.source.bearer : undefined;
  if (
    slack.kind !== 'stand-in' ||
    directory.from !== 'okta' ||
    bearer === undefined ||
    botUrl === undefined
  )
    throw new Error('The sandbox needs CURFEW_SANDBOX_KEYS and CURFEW_BOT_URL: use npm start.');
  const { appToken = '', signingSecret = '', botToken } = slack;
  const folder = path.join(data, 'sandbox');
  const { catalog } = loadBundle(settings.config ?? exampleFolder);
  const app = await createSandbox({
    data,
    botUrl,
    slack: {
      file: path.join(folder, 'slack.sqlite'),
      tokens: { botToken, appToken, signingSecret },
      commands: commandsOfManifest(),
      transport:
        settings.slackTransport === 'socket'
          ? { kind: 'socket' }
          : { kind: 'http', url: `${botUrl}/slack/events` },
    },
    aws: { data: folder, seed: seedOf(settings, catalog), bearer },
    // What is handed out is there before anybody has it.
    groups: catalog
      .roles()
      .filter(({ mechanism }) => mechanism === 'group')
      .map(({ targetArn }) => targetArn.slice('group:'.length)),
    directoryClient: {
      id: directory.clientId,
      key: clientKey.parse(JSON.parse(directory.privateKey)),
    },
    signIn: {
      clientId: directory.clientId,
      redirectUris: [`${settings.sandboxUrl ?? ''}/sign-in/callback`],
    },
    ...(directory.hookSecret !== undefined && {
      directoryHook: { url: `${botUrl}/okta/events`, secret: directory.hookSecret },
    }),
  });
  await app.listen({ port: settings.port, host: '127.0.0.1' });
  console.log(`Local, not Slack and not AWS: ${settings.sandboxUrl ?? ''}`);

  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

const clientKey = z.record(z.string(), z.string());

function seedOf({ externalId }: Settings, catalog: Catalog) {
  const targets = catalog
    .roles()
    .filter(({ mechanism }) => mechanism === 'role-session')
    .map((role) => ({ arn: role.targetArn, access: accessOf(role) }));
  const { identityCenter } = catalog;
  return seedAccount({
    targets,
    externalId,
    ...(identityCenter && {
      identityCenter: centerSeed(identityCenter, catalog.roles(), PEOPLE),
    }),
  });
}

const manifest = z.object({
  features: z.object({
    slash_commands: z.array(
      z.object({
        command: z.string(),
        description: z.string(),
        usage_hint: z.string().default(''),
        should_escape: z.boolean().default(false),
      }),
    ),
  }),
});

/** The same commands that a real workspace learns from the manifest. */
function commandsOfManifest(): Command[] {
  const text = readFileSync(path.join(packageRoot, 'manifest.yml'), 'utf8');
  return manifest
    .parse(parse(text))
    .features.slash_commands.map(
      ({ command, description, usage_hint: hint, should_escape: escape }) => ({
        command,
        description,
        hint,
        escape,
      }),
    );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(exitCodeFor(error));
});
