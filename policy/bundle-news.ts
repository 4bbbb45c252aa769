import type { Catalog } from '../access/catalog';
import type { Policy } from '../access/decision';
import type { Alarm } from '../access/messages';
import { findingText, type Finding } from './finding';

/** What became of a configuration folder that changed while Curfew runs. */
export type BundleNews =
  | {
      kind: 'loaded';
      catalog: Catalog;
      policy: Policy;
      /** Its texts by name. */
      files: Record<string, string>;
      /** The hash of what stood there before and could not be used. */
      mends?: string;
    }
  | {
      /** It stays as it is: what was changed cannot be used. */
      kind: 'refused';
      hash: string;
      findings: Finding[];
    };

const MOST_FINDINGS = 10;

/** What the owner of the policy is told: of each bad content once, and when it is good again. */
export function alarmAbout(news: BundleNews, inForce: string): Alarm | undefined {
  if (news.kind === 'refused')
    return {
      key: refusedKey(news.hash),
      title: 'A change of the configuration was refused',
      text: [
        `The policy that was there before stays in force (${short(inForce)}).`,
        ...news.findings.slice(0, MOST_FINDINGS).map(findingText),
        ...(news.findings.length > MOST_FINDINGS
          ? [`And ${news.findings.length - MOST_FINDINGS} more; curfew policy check lists all.`]
          : []),
      ].join(' '),
    };
  if (news.mends === undefined) return undefined;
  return {
    key: `${refusedKey(news.mends)}:${news.policy.hash}`,
    incident: refusedKey(news.mends),
    title: 'The configuration can be used again',
    text: `In force is ${short(news.policy.hash)}.`,
  };
}

const refusedKey = (hash: string): string => `policy-refused:${hash}`;
const short = (hash: string): string => hash.slice(0, 12);
