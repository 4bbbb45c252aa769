import type { Alarm } from './messages';

/** The key that all alarms about one trouble share: one page, however many alarms. */
export const incidentOf = ({ incident, key }: Alarm): string => incident ?? key;

/** Wakes whoever is on call, outside the chat. Each call is safe to repeat: an incident is opened once and closed once. */
export interface Pager {
  /** For people and the record; one name, one pager. */
  readonly name: string;
  page(alarm: Alarm): Promise<void>;
  /** The trouble is over. Harmless for an incident that was never opened. */
  resolve(alarm: Alarm): Promise<void>;
}
