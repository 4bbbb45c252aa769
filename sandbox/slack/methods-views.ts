import { z } from 'zod';
import { json, read, type Arguments } from './arguments';
import { rawView } from './shown';
import { SlackError } from './slack-error';
import { readHome, readModal } from './view-kit';
import type { View } from './view-store';
import type { MethodContext, Methods } from './web-api';
import { APP, TEAM } from './workspace';

const view = json(z.unknown().optional());
const triggered = z.object({ trigger_id: z.string().min(1), view });
const hash = z.string().optional();

export const viewMethods: Methods = {
  'views.open': (args, context) => {
    const given = read(triggered, args);
    const { user } = context.triggers.exchange(given.trigger_id);
    return answer(context.views.open(user, readModal(given.view)));
  },
  'views.push': (args, context) => {
    const given = read(triggered, args);
    const { user, view: from } = context.triggers.exchange(given.trigger_id);
    if (from === undefined || !context.views.find(from)) throw new SlackError('not_found');
    return answer(context.views.push(user, readModal(given.view)));
  },
  'views.update': (args, context) => {
    const given = read(z.object({ view, hash }), args);
    const modal = readModal(given.view);
    return answer(context.views.update(whichView(args, context), modal, given.hash || undefined));
  },
  'views.publish': (args, context) => {
    const given = read(z.object({ user_id: z.string(), view, hash }), args);
    const user = context.workspace.users.get(given.user_id);
    if (!user || user.isBot)
      throw new SlackError('invalid_arguments', ['[ERROR] invalid `user_id`']);
    return answer(context.views.publish(user.id, readHome(given.view), given.hash || undefined));
  },
};

function whichView(args: Arguments, { views }: MethodContext): string {
  const { view_id: id, external_id: externalId } = read(
    z.object({ view_id: z.string().optional(), external_id: z.string().optional() }),
    args,
  );
  if (id) return id;
  if (!externalId) throw new SlackError('invalid_arguments', ['[ERROR] missing `view_id`']);
  const known = views.byExternalId(externalId);
  if (!known) throw new SlackError('not_found');
  return known.id;
}

const answer = (one: View) => ({
  view: { ...rawView(one), team_id: TEAM.id, app_id: APP.id, bot_id: APP.botId },
});
