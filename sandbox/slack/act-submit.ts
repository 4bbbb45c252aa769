import { z } from 'zod';
import { seen } from './act-command';
import { flatOptions, suggest } from './act-suggest';
import type { Outcome } from './deliveries';
import { BadValue, fillIn, incomplete } from './form';
import type { Parts } from './parts';
import { closedPayload, submissionPayload } from './payloads';
import { shownView } from './shown';
import { Impossible, SlackError } from './slack-error';
import { readModal } from './view-kit';
import type { View } from './view-store';
import type { submitBody, Submitted } from './wire';
import type { User } from './workspace';

const responseForm = z.union([
  z.object({
    response_action: z.literal('errors'),
    errors: z.record(z.string(), z.string()),
  }),
  z.object({ response_action: z.enum(['update', 'push']), view: z.unknown() }),
  z.object({ response_action: z.literal('clear') }),
  z.object({ response_action: z.undefined().optional() }),
]);

/** Somebody fills in the top modal and presses its submit button. `status` is the control's HTTP status. */
export async function runSubmit(
  parts: Parts,
  body: z.output<typeof submitBody>,
): Promise<{ status: 200 | 422; submitted: Submitted }> {
  const user = parts.workspace.findUser(body.user);
  const view = topOf(parts, user);
  if (view.submit === null)
    throw new Impossible(409, 'The modal on top has no submit button, only its close button.');
  const typed = await typeInto(parts, user, view, body);
  if ('wrong' in typed)
    return { status: 422, submitted: await refused(parts, user, view, typed.wrong) };

  const missing = incomplete(typed.view.blocks, shownView(typed.view).state.values);
  if (Object.keys(missing).length > 0) {
    return {
      status: 200,
      submitted: { ms: 0, closed: false, ...errorsOf(view, missing), ...(await seen(parts, user)) },
    };
  }

  const outcome = await parts.deliveries.deliver({
    type: 'interactive',
    kind: 'view_submission',
    subject: view.callbackId,
    user: user.id,
    payload: submissionPayload(user, typed.view, parts.triggers.issue(user.id, view.id)),
  });
  const became = becomes(parts, typed.view, outcome);
  return { status: 200, submitted: { ms: outcome.ms, ...became, ...(await seen(parts, user)) } };
}

/** The ✕ of the top modal, or of all of them. */
export async function closeModal(parts: Parts, user: User, clear: boolean): Promise<void> {
  const view = topOf(parts, user);
  const all = clear || view.clearOnClose;
  const gone = all ? parts.views.stack(user.id) : [view];
  if (all) parts.views.clear(user.id);
  else parts.views.close(view.id);
  for (const one of gone.filter(({ notifyOnClose }) => notifyOnClose)) {
    await parts.deliveries.deliver({
      type: 'interactive',
      kind: 'view_closed',
      subject: one.callbackId,
      user: user.id,
      payload: closedPayload(user, one, all),
    });
  }
}

export function topOf({ views }: Pick<Parts, 'views'>, user: User): View {
  const view = views.stack(user.id).at(-1);
  if (!view) throw new Impossible(409, `${user.realName} has no modal open.`);
  return view;
}

type Typed = { view: View } | { wrong: Impossible };

async function typeInto(
  parts: Parts,
  user: User,
  view: View,
  { values, state }: z.output<typeof submitBody>,
): Promise<Typed> {
  const shown = state ? parts.views.type(view.id, state) : view;
  try {
    const filled = await fillIn(shown.blocks, values, parts.workspace, async (field, value) => {
      const answer = await suggest(parts, user, { view: shown }, { ...field, value });
      if (answer.error !== undefined) {
        throw new BadValue(field.blockId, `the options could not be fetched: ${answer.error}.`);
      }
      return flatOptions(answer);
    });
    return { view: parts.views.type(view.id, filled) };
  } catch (error) {
    if (error instanceof Impossible) return { wrong: error };
    throw error;
  }
}

async function refused(
  parts: Parts,
  user: User,
  view: View,
  wrong: Impossible,
): Promise<Submitted> {
  const errors =
    wrong instanceof BadValue ? errorsOf(view, { [wrong.blockId]: wrong.message }) : {};
  return { ms: 0, closed: false, error: wrong.message, ...errors, ...(await seen(parts, user)) };
}

/** Does with the modal what the app answered. */
function becomes(
  parts: Parts,
  view: View,
  outcome: Outcome,
): Pick<Submitted, 'closed' | 'errors' | 'fieldErrors' | 'error'> {
  if (!outcome.acked) return { closed: false, error: outcome.error };
  const response = responseForm.safeParse(outcome.answer ?? {});
  if (!response.success) return { closed: false, error: 'invalid response_action' };
  const { data } = response;
  try {
    switch (data.response_action) {
      case 'errors':
        return shownErrors(view, data.errors);
      case 'update':
        parts.views.update(view.id, readModal(data.view));
        return { closed: false };
      case 'push':
        parts.views.push(view.user, readModal(data.view));
        return { closed: false };
      case 'clear':
        parts.views.clear(view.user);
        return { closed: true };
      case undefined:
        parts.views.close(view.id);
        return { closed: true };
      default:
        return data satisfies never;
    }
  } catch (error) {
    if (error instanceof SlackError) return { closed: false, error: error.message };
    throw error;
  }
}

/** Slack shows an error only under a field it knows; anything else fails as a whole. */
function shownErrors(
  view: View,
  errors: Record<string, string>,
): Pick<Submitted, 'closed' | 'errors' | 'fieldErrors' | 'error'> {
  const known = view.blocks.flatMap((block) => (block.type === 'input' ? [block.block_id] : []));
  const strange = Object.keys(errors).filter((id) => !known.includes(id));
  if (strange.length > 0 || Object.keys(errors).length === 0)
    return { closed: false, error: `errors for no field of the modal: ${strange.join(', ')}` };
  return { closed: false, ...errorsOf(view, errors) };
}

function errorsOf(
  view: View,
  byBlock: Record<string, string>,
): Pick<Submitted, 'errors' | 'fieldErrors'> {
  const label = (id: string): string => {
    const block = view.blocks.find((one) => one.block_id === id);
    return block?.type === 'input' ? block.label.text : id;
  };
  return {
    fieldErrors: byBlock,
    errors: Object.fromEntries(Object.entries(byBlock).map(([id, text]) => [label(id), text])),
  };
}
