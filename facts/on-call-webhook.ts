import { z } from 'zod';
import type { Rota } from '../access/on-call';
import { askSigned, type SignedPost } from './signed-post';

const shift = z.object({ schedule: z.string(), onCall: z.array(z.string().min(1)) });
const VARIABLES = 'CURFEW_ONCALL_WEBHOOK';

/** Any other rota, behind an address of one's own that answers with who is on shift, or 404. */
export const createOnCallWebhook = (options: SignedPost): Rota => ({
  name: 'on-call webhook',
  async onCall(schedule) {
    const question = { schedule };
    const answer = await askSigned(options, { what: 'on-call', variables: VARIABLES, question });
    if (answer.status === 'not-found')
      throw new Error(`The on-call webhook knows no schedule called ${schedule}.`);
    const read = shift.safeParse(answer.body);
    if (read.success && read.data.schedule === schedule) return read.data.onCall;
    throw new Error(
      'The on-call webhook answered with something that is not this shift: {schedule, onCall}, as docs/facts.md says.',
    );
  },
});
