import { expect, test } from '@jest/globals';
import { createJira } from '../../facts/jira';
import { createTicketWebhook } from '../../facts/ticket-webhook';
import { SECRET, startFactsReceiver, startFactsStandIn, TOKEN } from '../support/facts-stand-in';
import { ticketsContract } from './tickets';

for (const [name, email] of [
  ['Jira with an API token', 'bot@curfew.example'],
  ['Jira with a bearer token', undefined],
] as const)
  ticketsContract(name, {
    start: startFactsStandIn,
    tickets: (url) =>
      createJira({
        url: `${url}/sandbox/jira/`,
        token: TOKEN,
        ...(email !== undefined && { email }),
      }),
    secret: TOKEN,
    variable: 'CURFEW_JIRA_TOKEN',
    more(tickets, peer) {
      test('somebody whose address Jira hides is not nobody: nobody can tell', async () => {
        peer().store.putTicket({
          key: 'PAY-7',
          status: 'In Progress',
          assignee: 'ada@curfew.example',
          hidesAddress: true,
        });
        await expect(tickets().find('PAY-7', '')).rejects.toThrow(/does not say the address/);
      });

      test('a token that has expired is no missing ticket', async () => {
        const other = createJira({
          url: `${peer().url}/sandbox/jira`,
          token: 'expired',
          email: 'x',
        });
        await expect(other.find('PAY-1', '')).rejects.toThrow(/CURFEW_JIRA_TOKEN/);
      });

      test('says where people read it', async () => {
        expect((await tickets().find('PAY-1', ''))?.url).toBe(`${peer().url}/browse/PAY-1`);
      });
    },
  });

ticketsContract('a signed webhook', {
  start: startFactsReceiver,
  tickets: (url) => createTicketWebhook({ url, secret: SECRET }),
  secret: SECRET,
  variable: 'CURFEW_TICKET_WEBHOOK_SECRET',
  more(tickets, peer) {
    test('says who asks', async () => {
      await tickets().find('PAY-1', 'ben@curfew.example');
      expect(peer().askedBy.at(-1)).toBe('ben@curfew.example');
    });

    test('asked with another secret, the receiver does not answer', async () => {
      const other = createTicketWebhook({ url: peer().url, secret: `${SECRET}!` });
      await expect(other.find('PAY-1', '')).rejects.toThrow(/HTTP 401/);
    });
  },
});
