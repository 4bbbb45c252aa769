import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { fromProcess } from '@aws-sdk/credential-providers';
import { expect, test } from '@jest/globals';
import { codeOf, REGION } from '../support/aws-calls';
import { curfew as cli } from '../support/curfew-cli';
import { needs } from '../support/needs';
import { picture } from './support/pictures';
import { PATIENCE, useStage } from './support/stage';

const PROD_ADMIN = 'arn:aws:iam::222222222222:role/jit/target/prod-admin';

needs('chromium')('one request, from the command to the revocation, as people see it', () => {
  const stage = useStage();

  test(
    'asked, approved, connected, used, revoked; and nobody else loses anything',
    async () => {
      const { folder, as } = stage;
      const curfew = stage.curfew();
      const [ada, carla] = [await as('U0ADA00001'), await as('U0CARLA003')];
      await carla.goTo('#access-requests');

      await ada.runCommand('/request-access');
      await ada.fillModal({
        Role: 'staging-admin',
        Duration: '1h',
        Reason: 'Roll back the broken release of checkout',
      });
      await picture(ada, 'request');
      expect(await ada.submitModal()).toEqual({});
      await ada.goTo('messages');
      await ada.message('With its reviewers in #access-requests');

      await carla.message('Roll back the broken release');
      expect(await carla.buttonsOf('Roll back the broken release')).toEqual([
        'Approve',
        'Approve for less…',
        'Deny',
        'Details',
      ]);
      await picture(carla, 'card');
      await ada.goTo('#access-requests');
      await carla.clickInMessage('Approve', { containing: 'Roll back the broken release' });
      for (const tab of [ada, carla]) {
        await tab.message('Active until');
        expect(await tab.buttonsOf('Roll back the broken release')).toEqual([]);
      }

      await ada.goTo('messages');
      await ada.message('It ends by itself');
      await picture(ada, 'granted');
      await ada.clickInMessage('Connect', { containing: 'It ends by itself' });
      await ada.modalSays('curfew connect');
      const code = /curfew connect (\S+)/.exec(await ada.modalText())?.[1] ?? '';
      const home = path.join(folder, 'home');
      const terminal = cli({ home, url: curfew.url }, 'connect', code);
      const words = await terminal.says('Words: ');
      expect(words).toMatch(/^(\w+ ){3}\w+$/);
      await ada.modalSays(words);
      await picture(ada, 'words');
      await ada.clickInModal('Confirm');
      const { code: exitCode, out } = await terminal.ended;
      expect(exitCode).toBe(0);
      await ada.modalSays('Connected.');
      await ada.closeModal();

      const aws = sdkWith(out, { folder, home, url: curfew.url });
      expect(await codeOf(aws.s3.send(new ListBucketsCommand()))).toBe('ok');
      const more = { RoleArn: PROD_ADMIN, RoleSessionName: 'more' };
      expect(await codeOf(aws.sts.send(new AssumeRoleCommand(more)))).toBe('AccessDenied');

      const benHome = path.join(folder, 'ben');
      const bens = await curfew.grant('Ben', { reason: 'something else' });
      const ben = await curfew.aws(benHome, await curfew.connect('Ben', bens, benHome));
      const emil = await as('U0EMIL0005');
      await emil.runCommand('/revoke');
      await emil.fillModal({ Grant: 'staging-admin · Ada', Reason: 'Laptop reported stolen' });
      expect(await emil.submitModal()).toEqual({});
      await emil.modalSays('Revoking it now.');

      const last = await ada.message('Revoked by');
      expect(await last.innerText()).toMatch(
        /Revoked by @Emil Novak: asked .+, written .+, observed .+\./,
      );
      await picture(ada, 'revoked');
      expect(await codeOf(aws.s3.send(new ListBucketsCommand()))).toBe('AccessDenied');
      expect(await codeOf(ben.listBuckets())).toBe('ok');
      await carla.message('Revoked by');

      await curfew.shows(bens, 'Ben', 'active', 'Yours until');
    },
    PATIENCE,
  );
});

/** The SDK's own reading of the profile that `curfew connect` printed. */
function sdkWith(
  printed: string,
  { folder, home, url }: { folder: string; home: string; url: string },
) {
  const profile = /^\[profile (.+)\]$/m.exec(printed)?.[1] ?? '';
  const line = /^credential_process = (.+)$/m.exec(printed)?.[1] ?? '';
  const configFilepath = path.join(folder, 'aws', 'config');
  mkdirSync(path.dirname(configFilepath));
  writeFileSync(
    configFilepath,
    `[profile ${profile}]\ncredential_process = CURFEW_HOME='${home}' ${line}\n`,
  );
  const options = {
    endpoint: `${url}/sandbox/aws`,
    region: REGION,
    maxAttempts: 1,
    credentials: fromProcess({ profile, configFilepath, filepath: configFilepath }),
  };
  return { s3: new S3Client(options), sts: new STSClient(options) };
}
