import { ticket, type Tickets } from '../access/ticket';
import { askSigned, type SignedPost } from './signed-post';

const VARIABLES = 'CURFEW_TICKET_WEBHOOK';

/** Any other tracker, behind an address of one's own that answers with the ticket, or 404. */
export const createTicketWebhook = (options: SignedPost): Tickets => ({
  name: 'ticket webhook',
  async find(key, requester) {
    const question = { key, requester };
    const answer = await askSigned(options, { what: 'ticket', variables: VARIABLES, question });
    if (answer.status === 'not-found') return undefined;
    const read = ticket.safeParse(answer.body);
    if (read.success && read.data.key.toLowerCase() === key.toLowerCase()) return read.data;
    throw new Error(
      'The ticket webhook answered with something that is not this ticket: {key, status, assignees, project}, as docs/facts.md says.',
    );
  },
});
