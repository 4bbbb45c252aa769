import path from 'node:path';
import type { EnvironmentOrder } from './child-environment';

/** What a person reads when Curfew is ready: where to go, what to type, what is real. */
export function whereToGo(order: EnvironmentOrder, temporalUiPort: number | undefined): string[] {
  const { addresses, standIns, data } = order;
  return [
    `Curfew is ready: ${addresses.url}`,
    standIns.includes('Slack')
      ? '  Open it, be one of the people, and type /request-access in a channel.'
      : '  Type /request-access in Slack.',
    ...(temporalUiPort === undefined ? [] : [`  Temporal: http://127.0.0.1:${temporalUiPort}`]),
    ...(standIns.length > 0 ? [`  Stand-ins, not the real thing: ${standIns.join(', ')}.`] : []),
    `  Logs: ${path.join(data, 'logs')}. Ctrl-C stops it.`,
  ];
}
