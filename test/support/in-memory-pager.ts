import { incidentOf, type Pager } from '../../access/pager';

/** A pager that keeps what it was told, every time that it was told. */
export function inMemoryPager(name: string) {
  const incidents: string[] = [];
  const state = { down: undefined as Error | undefined };
  const tell = async (what: string): Promise<void> => {
    if (state.down) throw state.down;
    incidents.push(what);
  };
  const pager: Pager = {
    name,
    page: (alarm) => tell(`paged ${incidentOf(alarm)}`),
    resolve: (alarm) => tell(`resolved ${incidentOf(alarm)}`),
  };
  return { pager, state, incidents };
}
