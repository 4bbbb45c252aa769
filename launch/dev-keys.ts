import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { CannotStart } from './cannot-start';
import { readIfThere, writePrivately } from './data-folder';

const jwk = z.record(z.string(), z.string());

const devKeys = z.object({
  /** Signs what people say; only the bot gets it. */
  edgeKey: jwk,
  edgePublicKey: jwk,
  /** What the target roles demand. */
  externalId: z.string(),
  /** What the stand-ins expect of us (CURFEW_SANDBOX_KEYS). */
  sandbox: z.object({
    botToken: z.string(),
    appToken: z.string(),
    signingSecret: z.string(),
    awsBearer: z.string(),
    directoryKey: jwk,
    directoryClientId: z.string(),
  }),
});
export type DevKeys = z.infer<typeof devKeys>;

/** Development's keys: made once for a data folder, for its owner's eyes only. Production brings its own. */
export function devKeysOf(folder: string): DevKeys {
  const file = path.join(folder, 'dev-keys.json');
  const text = readIfThere(file);
  if (text !== undefined) return parse(file, text);
  const keys = newKeys();
  writePrivately(file, `${JSON.stringify(keys, undefined, 2)}\n`);
  return keys;
}

function parse(file: string, text: string): DevKeys {
  try {
    return devKeys.parse(JSON.parse(text));
  } catch {
    // Without a cause: the parser's message would quote the file.
    throw new CannotStart(
      `${file} is damaged. Delete it to get new keys; what was signed with the old ones is refused from then on.`,
    );
  }
}

function newKeys(): DevKeys {
  const edge = generateKeyPairSync('ed25519');
  // RSA, because Okta's SDK cannot sign in with any other kind.
  const directory = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const secret = (prefix: string) => `${prefix}${randomBytes(24).toString('base64url')}`;
  return {
    edgeKey: jwkOf(edge.privateKey),
    edgePublicKey: jwkOf(edge.publicKey),
    externalId: secret('curfew-'),
    sandbox: {
      botToken: secret('xoxb-sandbox-'),
      appToken: secret('xapp-sandbox-'),
      signingSecret: randomBytes(32).toString('hex'),
      awsBearer: secret(''),
      directoryKey: { ...jwkOf(directory.privateKey), alg: 'RS256', kid: secret('') },
      directoryClientId: secret('0oa'),
    },
  };
}

const jwkOf = (key: KeyObject): Record<string, string> => jwk.parse(key.export({ format: 'jwk' }));
