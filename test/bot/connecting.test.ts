import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PageState } from '../../sandbox/slack/page-wire';
import { readConnectCode } from '../../keys/codes';
import { makeProof } from '../../keys/proof';
import { newReceiverKeys, thumbprint } from '../../keys/receiver';
import { ADA, anActiveNotice, BEN, type Scene, startScene } from '../support/bot-scene';
import { eventually } from '../support/eventually';
import { temporaryFolder } from '../support/temporary-folder';

describe.each(['socket', 'http'] as const)('connecting a terminal, over %s', (transport) => {
  const folder = temporaryFolder();
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(transport, folder);
  });
  afterAll(() => scene.stop());

  async function codeFor(message: string): Promise<string> {
    await scene.slack.click(ADA.user, 'Connect', { message });
    return eventually(async () => {
      const { modals } = await scene.slack.get<PageState>(`/sandbox/page/state?user=${ADA.user}`);
      const code = /npx curfew connect (\S+)/.exec(modals.at(-1)?.text ?? '')?.[1];
      if (code === undefined) throw new Error('no code is shown');
      return code;
    });
  }

  /** What a command line does with a code. */
  async function bind(code: string) {
    const { grantId, hash: codeHash } = readConnectCode(code)!;
    const { keys, receiver } = await newReceiverKeys();
    const proof = await makeProof(keys.signing, { method: 'POST', path: '/', grantId });
    const bound = await scene.desk.bind({ grantId, codeHash, receiver, proof });
    if (bound.outcome !== 'done') throw new Error('the code should fit');
    return { receiver, ...bound };
  }

  test('shows a code of which only the hash leaves the modal', async () => {
    const { grantId, message } = await scene.grantInDirectMessage();
    const code = await codeFor(message);
    expect(readConnectCode(code)).toMatchObject({ grantId });
    expect(scene.desk.said.offers.at(-1)).toMatchObject({
      grantId,
      codeHash: createHash('sha256').update(code).digest('base64url'),
    });
    const secret = code.slice(-16);
    expect(JSON.stringify(await scene.slack.messages(ADA.user))).not.toContain(secret);
    expect(JSON.stringify(scene.ledger.entries({}))).not.toContain(secret);
  });

  test('delivered twice is one code', async () => {
    const { message } = await scene.grantInDirectMessage();
    const offers = scene.desk.said.offers.length;
    scene.slack.faults.order({ target: 'slack', operation: 'block_actions', kind: 'duplicate' });
    await codeFor(message);
    await codeFor(message);
    expect(scene.desk.said.offers).toHaveLength(offers + 2);
    const seen = await scene.slack.messages(ADA.user);
    expect(seen.filter(({ text }) => text.includes('could not do this'))).toEqual([]);
  });

  test('is for the holder alone, whatever the button says', async () => {
    const { requestId, grantId } = await scene.grantInDirectMessage();
    const bens = await scene.grantInDirectMessage({ requester: BEN });
    const offers = scene.desk.said.offers.length;
    await scene.slack.click(BEN.user, 'Connect', {
      message: bens.message,
      value: JSON.stringify({ requestId, grantId }),
    });
    expect(await scene.isTold(BEN, 'Only the person who was given this access')).toBe(true);
    await scene.isOnRecord({ grantId, data: { what: 'connect' } });
    expect(scene.desk.said.offers).toHaveLength(offers);
  });

  test('refuses a grant that is over', async () => {
    const { message } = await scene.grantInDirectMessage({ state: 'ended' });
    await scene.slack.click(ADA.user, 'Connect', { message });
    expect(await scene.isTold(ADA, 'not live')).toBe(true);
  });

  test('shows the words in the code’s place, and Confirm signs for just those keys', async () => {
    const { requestId, grantId, message } = await scene.grantInDirectMessage();
    const { receiver, words, shownIn } = await bind(await codeFor(message));
    expect(await scene.bot.showWords(shownIn, { requestId, grantId, words })).toBe(true);
    expect(await scene.isTold(ADA, words)).toBe(true);
    await scene.slack.click(ADA.user, 'Confirm', { where: 'modal' });
    expect(await scene.isTold(ADA, 'Connected.')).toBe(true);
    expect(scene.desk.confirmed.at(-1)).toMatchObject({
      grantId,
      by: ADA,
      signingThumbprint: await thumbprint(receiver.signing),
      encryptionThumbprint: await thumbprint(receiver.encryption),
    });
  });

  test('attack 7: Confirm under the words of other keys than those now waiting is refused', async () => {
    const { requestId, grantId, at, message } = await scene.grantInDirectMessage();
    const { words } = await bind(await codeFor(message));
    await scene.messenger.repaintNotice(at, anActiveNotice({ requestId, grantId }, words));
    await bind(await codeFor(message));
    await scene.slack.click(ADA.user, 'Confirm', { message });
    expect(await scene.isTold(ADA, 'not the words of the terminal')).toBe(true);
    expect(scene.desk.effects).not.toContain(`confirm ${grantId}`);
  });

  test('Not me forgets the terminal', async () => {
    const { requestId, grantId, at, message } = await scene.grantInDirectMessage();
    const { words } = await bind(await codeFor(message));
    await scene.messenger.repaintNotice(at, anActiveNotice({ requestId, grantId }, words));
    await scene.slack.click(ADA.user, 'Not me', { message });
    await eventually(() => expect(scene.desk.effects).toContain(`reject ${grantId}`));
  });

  test('knows when the modal of the code is gone', async () => {
    const shown = { ...scene.newIds(), words: 'a b c d' };
    expect(await scene.bot.showWords('V0GONE0000', shown)).toBe(false);
  });
});
