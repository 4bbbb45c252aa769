import path from 'node:path';
import { expect, test } from '@jest/globals';
import { needs } from '../support/needs';
import { picture } from './support/pictures';
import { PATIENCE, useStage } from './support/stage';

needs('chromium')('many grants cut at once, as people see it', () => {
  const stage = useStage();

  test(
    'a role, a person, everybody: shown before, confirmed, followed, and revoked only when seen denied',
    async () => {
      const { folder, as } = stage;
      const curfew = stage.curfew();
      const bens = await curfew.grant('Ben', { reason: 'Bens work' });
      const adas = await curfew.grant('Ada', { reason: 'Adas work' });
      const home = path.join(folder, 'ada');
      const aws = await curfew.aws(home, await curfew.connect('Ada', adas, home));
      const emil = await as('U0EMIL0005');

      await emil.runCommand('/revoke role staging-admn release is broken');
      await emil.message('Did you mean /revoke role staging-admin?');
      await emil.runCommand('/revoke role staging-admin release is broken');
      await emil.modalSays('staging-admin');
      await picture(emil, 'revoke-role');
      await emil.closeModal();
      await emil.runCommand('/revoke @Ada Engel laptop stolen');
      await emil.modalSays('This ends 1 live grant of @Ada Engel');
      await picture(emil, 'revoke-person');
      expect(await emil.submitModal()).toEqual({});
      await emil.modalSays('Cutting 1 now.');
      await emil.closeModal();
      await emil.goTo('messages');
      const told = await emil.message('everything of @Ada Engel');
      await told.getByText('Revoked at').waitFor();
      await picture(emil, 'revoked-person');
      await expect(aws.listBuckets()).rejects.toMatchObject({ name: 'AccessDenied' });
      await curfew.shows(adas, 'Ada', 'ended', 'Revoked by');
      await curfew.shows(bens, 'Ben', 'active', 'Yours until');

      await emil.runCommand('/revoke --all incident 7');
      await emil.modalSays('This ends 1 live grant: everything that is there, of everybody.');
      await picture(emil, 'revoke-all');
      expect(await emil.submitModal()).toMatchObject({});
      await emil.fillModal({ 'Really everything?': 'everything' });
      expect(await emil.submitModal()).toEqual({});
      await emil.closeModal();
      await emil.message('everything of everybody');
      await curfew.shows(bens, 'Ben', 'ended', 'Revoked by');
      expect((await emil.messagesIn('#oncall')).join('\n')).toContain('everything of @Ada');
    },
    PATIENCE,
  );
});
