import type { App } from '@slack/bolt';
import type { PlainTextOption } from '@slack/types';
import type { Catalog, CatalogRole } from '../../access/catalog';
import { durationText } from '../../access/duration';
import { plain } from '../blocks/text';
import type { Front } from '../front';
import * as payloads from '../payloads';
import { MENUS } from '../surface';
import { matches, MOST_OPTIONS } from './matching';

export const roleMenu = (app: App, { catalog }: Front): void =>
  app.options(MENUS.role, async ({ ack, body }) => {
    const { typed } = payloads.suggestion.parse(body);
    await ack({ options: roleOptions(catalog, typed) });
  });

/** Roles whose id, title or account has what was typed; ids that begin with it first. */
export const roleOptions = (catalog: Catalog, typed: string): PlainTextOption[] =>
  catalog
    .roles()
    .filter(({ id, title, account }) => matches(typed, id, title, account.name, account.env))
    .toSorted((one, other) => rank(one, typed) - rank(other, typed))
    .slice(0, MOST_OPTIONS)
    .map((role) => ({
      text: plain(role.id, 75),
      value: role.id,
      description: plain(describe(role), 75),
    }));

const rank = ({ id }: CatalogRole, typed: string): number =>
  typed !== '' && id.toLowerCase().startsWith(typed.trim().toLowerCase()) ? 0 : 1;

const describe = ({ account, defaultMinutes, maxMinutes, title }: CatalogRole): string =>
  `${account.name}, usually ${durationText(defaultMinutes)}, longest ${durationText(maxMinutes)} · ${title}`;
