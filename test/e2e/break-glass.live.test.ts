import { expect, test } from '@jest/globals';
import { needs } from '../support/needs';
import { picture } from './support/pictures';
import { PATIENCE, useStage } from './support/stage';

needs('chromium')('break-glass, as people see it', () => {
  const stage = useStage();

  test(
    'one line and one press, everybody told, extended in the ordinary way, reviewed by somebody else',
    async () => {
      const { as } = stage;
      const [emil, deniz] = [await as('U0EMIL0005'), await as('U0DENIZ004')];
      await deniz.goTo('#security');

      await emil.runCommand('/request-access --break-glass prod-admin 45m the database is down');
      await emil.modalSays('everybody is told at once');
      await picture(emil, 'break-glass-form');
      expect(await emil.submitModal()).toEqual({});
      await emil.goTo('messages');
      await emil.message('It ends by itself');

      await deniz.message('BREAK-GLASS: Emil Novak has prod-admin in shop-prod');
      await deniz.message('Review: break-glass of Emil Novak on prod-admin');
      expect(await deniz.buttonsOf('Review: break-glass')).toEqual(['Justified', 'Not justified']);
      await picture(deniz, 'break-glass-review');
      await deniz.goTo('#access-prod');
      await deniz.message('BREAK-GLASS: prod-admin in shop-prod');
      await picture(deniz, 'break-glass-card');

      await emil.clickInMessage('Extend', { containing: 'It ends by itself' });
      await emil.fillModal({ Duration: '1h', Reason: 'The restore takes longer' });
      await picture(emil, 'extend-form');
      expect(await emil.submitModal()).toEqual({});
      const card = await deniz.message('The restore takes longer');
      expect(await card.innerText()).toMatch(/extends g-[a-z2-7]{10}, which ends/);
      expect(await deniz.buttonsOf('The restore takes longer')).toEqual([
        'Approve',
        'Approve for less…',
        'Deny',
        'Details',
      ]);
      await picture(deniz, 'extend-card');

      await deniz.goTo('#security');
      await deniz.clickInMessage('Justified', { containing: 'Review: break-glass' });
      await deniz.message('Found justified by');
      expect(await deniz.buttonsOf('Review: break-glass')).toEqual([]);
      await picture(deniz, 'break-glass-reviewed');
      await emil.message('Your break-glass was found justified by');
    },
    PATIENCE,
  );
});
