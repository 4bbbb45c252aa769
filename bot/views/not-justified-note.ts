import type { App } from '@slack/bolt';
import type { Front } from '../front';
import { reviewBreakGlass } from '../statements';
import { FORMS } from '../surface';
import { sayingWhy } from './saying-why';

export const notJustifiedNote = (app: App, front: Front): void =>
  sayingWhy(
    app,
    front,
    FORMS.notJustified,
    'Say why: everybody reads it.',
    ({ requestId }, { by, reason, clickId }) =>
      reviewBreakGlass(front, requestId, { by, verdict: 'not-justified', note: reason }, clickId),
  );
