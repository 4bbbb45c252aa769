import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { ReviewStatement } from '../../access/statement';
import { canonicalJson, hashOf } from '../../keys/canonical';
import { newConnectCode, readConnectCode } from '../../keys/codes';
import { createEdgeSigner, createEdgeVerifier } from '../../keys/edge';
import { newGrantId, requestIdFor } from '../../keys/ids';
import { makeProof, verifyProof } from '../../keys/proof';
import { newReceiverKeys } from '../../keys/receiver';
import { seal, unseal } from '../../keys/seal';
import { wordsFor } from '../../keys/words';
import { grantId, requestId } from '../../access/ids';

const edge = async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', {
    crv: 'Ed25519',
    extractable: true,
  });
  return {
    signer: createEdgeSigner(await exportJWK(privateKey)),
    verifier: createEdgeVerifier(await exportJWK(publicKey)),
  };
};

const approval: ReviewStatement = {
  kind: 'review',
  requestId: 'r-abcdefghijklmnop',
  termsHash: 'h',
  by: { workspace: 'T1', user: 'U1' },
  verdict: 'approve',
  at: '2026-11-23T10:00:00.000Z',
};

const call = {
  method: 'POST',
  path: '/api/grants/g-abcdefghij/credentials',
  grantId: 'g-abcdefghij',
};

const clear = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'token',
  expiration: '2026-11-23T10:15:00.000Z',
};

test('the same submission is the same request, another one is another', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(requestId.safeParse(requestIdFor('T1', one)).success).toBe(true);
      expect(requestIdFor('T1', one) === requestIdFor('T1', other)).toBe(one === other);
    }),
  );
});

test('grant ids are of their form and do not repeat', () => {
  const ids = Array.from({ length: 1000 }, newGrantId);
  expect(new Set(ids).size).toBe(1000);
  expect(ids.every((id) => grantId.safeParse(id).success)).toBe(true);
});

test('a connect code names its grant, and only its hash has to be kept', () => {
  const { code, hash } = newConnectCode('g-abcdefghij');
  expect(readConnectCode(` ${code.toUpperCase()} `)).toEqual({ grantId: 'g-abcdefghij', hash });
  expect(hash).not.toContain(code.slice(-16));
  expect(newConnectCode('g-abcdefghij').code).not.toBe(code);
});

test.each([
  '',
  'g-abcdefghij',
  'g-abcdefghij-',
  'g-abcdefghij-aaaaaaaaaaaaaaa1',
  'x'.repeat(10_000),
])('%j is no connect code', (text) => expect(readConnectCode(text)).toBeUndefined());

test('what the edge signed is read back whole', async () => {
  const { signer, verifier } = await edge();
  const signed = await signer.sign(approval);
  expect(await verifier.verify(signed.seal, 'review')).toEqual(approval);
});

test('a statement by another key, a changed one, an unsigned one and one of another kind are refused', async () => {
  const { signer, verifier } = await edge();
  const stranger = await edge();
  const { seal: good } = await signer.sign(approval);
  const [head, , tail] = good.split('.');
  const forged = Buffer.from(JSON.stringify({ ...approval, by: { workspace: 'T1', user: 'U2' } }));
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  const bad = [
    (await stranger.signer.sign(approval)).seal,
    `${head}.${forged.toString('base64url')}.${tail}`,
    `${none}.${forged.toString('base64url')}.`,
    '',
  ];
  for (const seal of bad)
    await expect(verifier.verify(seal, 'review')).rejects.toThrow(/signature/);
  await expect(verifier.verify(good, 'stop')).rejects.toThrow(/signed review/);
});

test('another kind of signature by the same key is no statement', async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', {
    crv: 'Ed25519',
    extractable: true,
  });
  const verifier = createEdgeVerifier(await exportJWK(publicKey));
  const jwt = await new SignJWT({ ...approval })
    .setProtectedHeader({ alg: 'EdDSA' })
    .sign(privateKey);
  await expect(verifier.verify(jwt, 'review')).rejects.toThrow(/signature/);
});

test('a proof holds for its own key, call, grant and minute only', async () => {
  const mine = await newReceiverKeys();
  const other = await newReceiverKeys();
  const now = new Date('2026-11-23T10:00:00Z');
  const proof = await makeProof(mine.keys.signing, call, now);
  const verify = (key = mine.receiver.signing, asked = call, at = now) =>
    verifyProof(proof, key, asked, at);
  expect(await verify()).toHaveLength(36);
  await expect(verify(other.receiver.signing)).rejects.toThrow(/connected receiver/);
  await expect(verify(mine.receiver.signing, { ...call, method: 'GET' })).rejects.toThrow(
    /another call/,
  );
  await expect(verify(mine.receiver.signing, { ...call, grantId: 'g-bbbbbbbbbb' })).rejects.toThrow(
    /another call/,
  );
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  await expect(verify(mine.receiver.signing, call, later(200))).rejects.toThrow(/clock/);
  await expect(verify(mine.receiver.signing, call, later(-200))).rejects.toThrow(/clock/);
});

test('sealed credentials open with the receiver’s key alone', async () => {
  const mine = await newReceiverKeys();
  const other = await newReceiverKeys();
  const sealed = await seal(clear, mine.receiver.encryption);
  expect(sealed).not.toContain('secret');
  expect(await unseal(sealed, mine.keys.encryption)).toEqual(clear);
  await expect(unseal(sealed, other.keys.encryption)).rejects.toThrow(/decrypt/);
});

test('words are the same on both sides and others for other keys or another grant', async () => {
  const { receiver } = await newReceiverKeys();
  const { receiver: other } = await newReceiverKeys();
  const words = await wordsFor(receiver, 'g-abcdefghij');
  expect(words.split(' ')).toHaveLength(4);
  expect(await wordsFor({ ...receiver }, 'g-abcdefghij')).toBe(words);
  expect(await wordsFor(other, 'g-abcdefghij')).not.toBe(words);
  expect(await wordsFor(receiver, 'g-bbbbbbbbbb')).not.toBe(words);
});

test('hashes do not depend on the order of keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      expect(hashOf(turned)).toBe(hashOf(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
