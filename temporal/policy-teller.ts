import type { Catalog } from '../access/catalog';
import type { Ledger } from '../access/ledger';
import type { Alarm, Messenger } from '../access/messages';
import { alarmAbout, type BundleNews } from '../policy/bundle-news';
import { findingText } from '../policy/finding';
import { recordAlarm } from './activities/telling';

export interface PolicyTellerParts {
  ledger: Ledger;
  /** One that looks a message up before it posts it: this runs outside of any activity. */
  messenger: Pick<Messenger, 'alarm'>;
  catalog: Pick<Catalog, 'alarmChannel' | 'hash'>;
  now: () => Date;
  couldNotTell: (error: unknown) => void;
}

/** Puts what became of a changed configuration on record, and tells its owner, until it is told. */
export interface PolicyTeller {
  /** Throws when it cannot be recorded: then it may not take effect either. */
  record(news: BundleNews): void;
  /** Tells what is not told yet; what fails is tried again at the next call. */
  tell(): Promise<void>;
}

export function policyTeller(parts: PolicyTellerParts): PolicyTeller {
  const { ledger, messenger, catalog, now, couldNotTell } = parts;
  let untold: Alarm[] = [];
  return {
    record(news) {
      const at = now().toISOString();
      if (news.kind === 'loaded') recordLoaded(ledger, news, at);
      else
        ledger.append({
          kind: 'policy.refused',
          key: `policy.refused:${news.hash}`,
          at,
          actor: 'curfew',
          data: {
            hash: news.hash,
            inForce: catalog.hash,
            findings: news.findings.slice(0, 50).map(findingText),
          },
        });
      const alarm = alarmAbout(news, catalog.hash);
      if (!alarm) return;
      recordAlarm(parts, news.kind === 'loaded' ? 'alarm.cleared' : 'alarm.raised', alarm);
      untold.push(alarm);
    },
    async tell() {
      const telling = untold;
      untold = [];
      for (const [index, alarm] of telling.entries())
        try {
          await messenger.alarm(catalog.alarmChannel, alarm);
        } catch (error) {
          couldNotTell(error);
          untold = [...telling.slice(index), ...untold];
          return;
        }
    },
  };
}

/** The policy itself is on record once, by its hash; and each time that it comes into force. */
function recordLoaded(
  ledger: Ledger,
  { policy, files }: Extract<BundleNews, { kind: 'loaded' }>,
  at: string,
): void {
  recordPolicy(ledger, policy.hash, files, at);
  ledger.append({
    kind: 'policy.loaded',
    key: `policy.loaded:${policy.hash}:${process.pid}:${at}`,
    at,
    actor: 'curfew',
    data: { policyHash: policy.hash, process: 'worker' },
  });
}

/** The texts of a policy, once, so that a decision can be read again under its policy. */
export const recordPolicy = (
  ledger: Ledger,
  policyHash: string,
  files: Record<string, string>,
  at: string,
): unknown =>
  ledger.append({
    kind: 'policy.loaded',
    key: `policy.loaded:${policyHash}`,
    at,
    actor: 'curfew',
    data: { policyHash, files },
  });
