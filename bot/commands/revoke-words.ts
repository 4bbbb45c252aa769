import type { ChatUser } from '../../access/chat-user';
import type { CutWhat } from '../../access/statement';
import { fit } from '../blocks/text';
import { nearest } from '../views/nearest';
import { asTyped } from './as-typed';

/** What `/revoke …` says: one grant (a form asks which), many at once, or nothing that there is. */
export type RevokeWords =
  | { kind: 'form' }
  | { kind: 'cut'; what: CutWhat; reason: string }
  | { kind: 'problem'; problem: string };

// As Slack sends it with should_escape: <@U0ADA00001|ada>.
const PERSON = /^<@([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>\s*([^]*)$/;
const ROLE = /^role(?:\s+(\S+)\s*([^]*))?$/i;
// Some keyboards make one dash of the two.
const ALL = /^(?:--?|[–—])all\b\s*([^]*)$/i;

const USAGE =
  '/revoke @person, /revoke role NAME or /revoke --all take many at once, with the reason behind; /revoke alone asks for one grant.';

/** Reads it. `hasLive`: is anything live on a role that the catalog does not have (any more)? */
export async function readRevoke(
  text: string,
  by: ChatUser,
  roles: readonly string[],
  hasLive: (role: string) => Promise<boolean>,
): Promise<RevokeWords> {
  if (text === '') return { kind: 'form' };
  const person = PERSON.exec(text);
  if (person)
    return {
      kind: 'cut',
      what: { of: 'person', person: { workspace: by.workspace, user: person[1] ?? '' } },
      reason: asTyped(person[2]),
    };
  const all = ALL.exec(text);
  if (all) return { kind: 'cut', what: { of: 'all' }, reason: asTyped(all[1]) };
  const named = ROLE.exec(text);
  if (!named) return { kind: 'problem', problem: problemWith(text, roles) };
  const [, role = '', reason] = named;
  if (roles.includes(role) || (role !== '' && (await hasLive(role))))
    return { kind: 'cut', what: { of: 'role', role }, reason: asTyped(reason) };
  return { kind: 'problem', problem: unknownRole(role, roles) };
}

function unknownRole(typed: string, roles: readonly string[]): string {
  if (typed === '') return `Which role? There are ${roles.join(', ')}.`;
  const meant = nearest(typed, roles);
  return `There is no role called ${quoted(typed)}.${meant ? ` Did you mean /revoke role ${meant}?` : ` There are ${roles.join(', ')}.`}`;
}

function problemWith(text: string, roles: readonly string[]): string {
  const [first = ''] = text.split(/\s/);
  const meant = nearest(first, roles);
  const start = first.startsWith('@')
    ? `Slack knows nobody called ${quoted(first)}: choose the person from the list that opens when you type @.`
    : meant
      ? `Did you mean /revoke role ${meant}?`
      : `${quoted(first)} is neither a person, a role nor --all.`;
  return `${start} ${USAGE}`;
}

const quoted = (text: string): string => `“${fit(asTyped(text), 40)}”`;
