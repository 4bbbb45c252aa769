import type { App } from '@slack/bolt';
import type { Front } from '../front';
import { review } from '../statements';
import { FORMS } from '../surface';
import { sayingWhy } from './saying-why';

export const denyReason = (app: App, front: Front): void =>
  sayingWhy(app, front, FORMS.deny, 'Say why: the requester reads it.', (about, said) =>
    review(front, about, { verdict: 'deny', ...said }),
  );
