import { z } from 'zod';
import { option, optionGroup } from './block-elements';
import { complaints, elementsOf } from './block-kit';
import type { Parts } from './parts';
import { suggestionPayload, type Surface } from './payloads';
import { Impossible } from './slack-error';
import type { OptionsAnswer } from './page-wire';
import type { User } from './workspace';

const answerForm = z.union([
  z.object({ options: z.array(option).max(100, 'no more than 100 options') }),
  z.object({ option_groups: z.array(optionGroup).max(100, 'no more than 100 groups') }),
]);

/** Somebody types into a typeahead: what the app offers, or why nothing can be offered. */
export async function suggest(
  parts: Parts,
  user: User,
  on: Surface,
  typed: { blockId: string; actionId: string; value: string },
): Promise<OptionsAnswer> {
  const { blocks } = 'view' in on ? on.view : on.message;
  const element = blocks
    .filter((block) => block.block_id === typed.blockId)
    .flatMap(elementsOf)
    .find((one) => one.action_id === typed.actionId);
  if (element?.type !== 'external_select' && element?.type !== 'multi_external_select')
    throw new Impossible(404, `There is no typeahead ${typed.actionId} in block ${typed.blockId}.`);
  // Slack asks only from the third character on, unless the element says otherwise.
  if (typed.value.length < (element.min_query_length ?? 3)) return { options: [] };

  const outcome = await parts.deliveries.deliver({
    type: 'interactive',
    kind: 'block_suggestion',
    subject: typed.actionId,
    user: user.id,
    // A body brings its own `user`, as it was written: ours, found by it, is the one that counts.
    payload: suggestionPayload({ ...typed, user, on }),
  });
  if (!outcome.acked) return { error: outcome.error };
  const answer = answerForm.safeParse(outcome.answer);
  if (!answer.success) return { error: `invalid options: ${complaints(answer.error).join('; ')}` };
  return answer.data;
}

export const flatOptions = (answer: OptionsAnswer) => [
  ...(answer.options ?? []),
  ...(answer.option_groups ?? []).flatMap((group) => group.options),
];
