import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Tickets } from '../../access/ticket';
import type { FactsPeer } from '../support/facts-stand-in';
import { temporaryFolder } from '../support/temporary-folder';
import { factFailures } from './facts-failures';

interface Subject<Peer extends FactsPeer> {
  start: (folder: string) => Promise<Peer>;
  tickets: (url: string) => Tickets;
  secret: string;
  variable: string;
  /** What else holds of this one. */
  more?: (tickets: () => Tickets, peer: () => Peer) => void;
}

/** What every {@link Tickets} does. */
export function ticketsContract<Peer extends FactsPeer>(
  name: string,
  { start, tickets: ticketsAt, secret, variable, more }: Subject<Peer>,
): void {
  describe(`tickets: ${name}`, () => {
    let peer: Peer;
    let tickets: Tickets;
    const folder = temporaryFolder();
    beforeAll(async () => {
      peer = await start(folder);
      tickets = ticketsAt(peer.url);
      peer.store.putTicket({ key: 'PAY-1', status: 'In Progress', assignee: 'Ada@curfew.example' });
      peer.store.putTicket({ key: 'PAY-2', status: 'To Do' });
    });
    afterAll(async () => {
      await peer.close();
    });
    const find = (key: string) => tickets.find(key, 'ada@curfew.example');

    test('tells status, project and who works on it, as it is at the moment', async () => {
      expect(await find('PAY-1')).toMatchObject({
        key: 'PAY-1',
        status: 'In Progress',
        assignees: ['Ada@curfew.example'],
        project: 'PAY',
      });
      peer.store.putTicket({ key: 'PAY-3', status: 'In Progress' });
      expect(await find('PAY-3')).toMatchObject({ status: 'In Progress' });
      peer.store.putTicket({ key: 'PAY-3', status: 'Done' });
      expect(await find('PAY-3')).toMatchObject({ status: 'Done' });
    });

    test('a ticket that nobody works on is assigned to nobody', async () => {
      expect(await find('PAY-2')).toMatchObject({ status: 'To Do', assignees: [] });
    });

    test('a key in small letters is the same ticket', async () => {
      expect(await find('pay-1')).toMatchObject({ key: 'PAY-1' });
    });

    test.each(['PAY-99999', 'WEB-1', 'fix the login', '../../user', 'PAY-1/../PAY-2', ''])(
      'there is no ticket %j',
      async (key) => {
        expect(await find(key)).toBeUndefined();
      },
    );

    factFailures({
      peer: () => peer,
      ask: () => find('PAY-1'),
      askNobody: () => ticketsAt('http://127.0.0.1:9').find('PAY-1', 'ada@curfew.example'),
      secret,
      variable,
    });

    more?.(
      () => tickets,
      () => peer,
    );
  });
}
