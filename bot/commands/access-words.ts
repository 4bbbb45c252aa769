import type { DelegationTerms } from '../../access/catalog';
import type { ChatUser } from '../../access/chat-user';
import { durationText } from '../../access/duration';
import { fit } from '../blocks/text';
import { nearest } from '../views/nearest';
import { asTyped } from './as-typed';
import { readUntil } from './until';

/** What `/access …` says. */
export type AccessWords =
  | { kind: 'help' }
  /** `/access away` alone. */
  | { kind: 'own' }
  | { kind: 'away'; to: ChatUser; until: Date }
  | { kind: 'back' }
  | { kind: 'problem'; problem: string };

export interface Speaker {
  by: ChatUser;
  now: Date;
  timezone: string;
  /** Absent: nobody answers for anybody here. */
  delegation?: DelegationTerms | undefined;
}

// As Slack sends it with should_escape: <@U0ADA00001|ada>.
const PERSON = /^<@([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>\s*([^]*)$/;
const VERBS = ['away', 'back', 'help'];
const HOW = 'Say /access away @reviewer until friday.';

export function readAccess(text: string, speaker: Speaker): AccessWords {
  const [, verb = '', rest = ''] = /^(\S*)\s*([^]*)$/.exec(text.trim()) ?? [];
  switch (verb.toLowerCase()) {
    case '':
    case 'help':
      return { kind: 'help' };
    case 'back':
      return rest === ''
        ? { kind: 'back' }
        : problem('/access back takes no more words: it ends what you said about being away.');
    case 'away':
      return rest === '' ? { kind: 'own' } : readAway(rest, speaker);
    default: {
      const meant = nearest(verb.toLowerCase(), VERBS);
      const hint = meant === undefined ? '' : ` Did you mean /access ${meant}?`;
      return problem(`There is no /access ${fit(asTyped(verb), 40)}.${hint} Say /access help.`);
    }
  }
}

function readAway(text: string, { by, now, timezone, delegation }: Speaker): AccessWords {
  if (delegation === undefined)
    return problem(
      'Nobody answers for anybody else here: curfew.yaml forbids it (delegation.allowed). Another reviewer of the same seat can approve.',
    );
  const named = PERSON.exec(text);
  if (!named) return problem(whoIsMissing(text));
  const to = { workspace: by.workspace, user: named[1] ?? '' };
  if (to.user === by.user) return problem(`Who: you named yourself. Name somebody else. ${HOW}`);
  const read = readUntil(asTyped(named[2]), now, timezone);
  if ('problem' in read) return problem(`Until: ${read.problem}`);
  const { until } = read;
  if (until.getTime() <= now.getTime())
    return problem('Until: that is in the past. Give a later day or time.');
  const { longestMinutes } = delegation;
  if (until.getTime() > now.getTime() + longestMinutes * 60_000)
    return problem(
      `Until: that is too far away. At most ${longestText(longestMinutes)} at once; say for ${forText(longestMinutes)}, and again later.`,
    );
  return { kind: 'away', to, until };
}

function whoIsMissing(text: string): string {
  const [first = ''] = text.split(/\s/);
  return first.startsWith('@')
    ? `Who: Slack knows nobody called “${fit(asTyped(first), 40)}”. Choose the person from the list that opens when you type @.`
    : `Who: nobody is named. ${HOW}`;
}

export const longestText = (minutes: number): string =>
  minutes % 1440 === 0 ? `${minutes / 1440} days` : durationText(minutes);

const forText = (minutes: number): string =>
  minutes % 1440 === 0 ? `${minutes / 1440}d` : `${minutes}m`;

const problem = (sentence: string): AccessWords => ({ kind: 'problem', problem: sentence });
