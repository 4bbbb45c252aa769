import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { temporal } from '@temporalio/proto';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { METADATA_ENCODING_KEY } from '@temporalio/common';
import { decode, encode } from '@temporalio/common/lib/encoding';

const ENCODING = 'binary/curfew-aes256gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const { Payload: PayloadMessage } = temporal.api.common.v1;

/**
 * Encrypts every payload with AES-256-GCM; the workflow's id is authenticated with it, so that a
 * payload cannot be moved to another workflow. Decoding refuses whatever is not encrypted: a codec
 * that let plain payloads pass would accept what a stranger wrote into the namespace.
 */
export const encryptingCodec = (key: Buffer): PayloadCodec => ({
  encode: async (payloads, context) =>
    payloads.map((payload) => ({
      metadata: { [METADATA_ENCODING_KEY]: encode(ENCODING) },
      data: encrypt(key, PayloadMessage.encode(payload).finish(), context?.workflowId),
    })),
  decode: async (payloads, context) =>
    payloads.map((payload) => readBack(decrypt(key, sealedData(payload), context?.workflowId))),
});

/** What clients and workers convert with; without a key (development only) payloads are readable. */
export const dataConverter = (key: Buffer | undefined): DataConverter =>
  key === undefined
    ? {}
    : {
        payloadCodecs: [encryptingCodec(key)],
        failureConverterPath: require.resolve('./failures'),
      };

function sealedData({ metadata, data }: Payload): Uint8Array {
  const encoding = metadata?.[METADATA_ENCODING_KEY];
  if (!encoding || decode(encoding) !== ENCODING || !data) {
    throw new Error(
      'a payload in the history is not encrypted: it is not by Curfew, and is refused',
    );
  }
  return data;
}

const readBack = (bytes: Uint8Array): Payload => {
  const { metadata, data } = PayloadMessage.decode(bytes);
  return { metadata, data };
};

function encrypt(key: Buffer, clear: Uint8Array, workflowId = ''): Uint8Array {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(workflowId));
  return Buffer.concat([iv, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, sealed: Uint8Array, workflowId = ''): Uint8Array {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
    .setAAD(Buffer.from(workflowId))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
}
