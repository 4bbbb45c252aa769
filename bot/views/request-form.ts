import type { App } from '@slack/bolt';
import type { Front } from '../front';
import { FIELDS, FORMS } from '../surface';
import { openingRequests } from './opening';
import { judgeFields } from './request-fields';

export const requestSubmitted = (app: App, front: Front): void =>
  openingRequests(app, front, { form: FORMS.request, field: FIELDS.role }, ({ fields }) =>
    judgeFields(fields, front.catalog),
  );
