import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { ChatProfiles } from '../access/person';
import { inOurWords } from './slack-faults';

const userInfo = z.object({
  user: z.object({
    name: z.string().optional(),
    real_name: z.string().optional(),
    team_id: z.string().optional(),
    is_bot: z.boolean().optional(),
    is_workflow_bot: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_email_confirmed: z.boolean().optional(),
    profile: z
      .object({ email: z.string().optional(), real_name: z.string().optional() })
      .optional(),
  }),
});
type SlackUser = z.infer<typeof userInfo>['user'];

/** Reads people's profiles. `workspace` is ours: whoever belongs to another one is a stranger. */
export const createProfiles = (client: WebClient): ChatProfiles => {
  let workspace: string | undefined;
  return {
    async profile(user) {
      workspace ??= (await inOurWords('auth.test', () => client.auth.test())).team_id;
      const answer = await inOurWords('users.info', () => client.users.info({ user: user.user }));
      const info = userInfo.parse(answer).user;
      const home = user.workspace === workspace && (info.team_id ?? workspace) === workspace;
      // An address nobody confirmed could be anybody's.
      const email = info.is_email_confirmed === false ? undefined : info.profile?.email;
      return {
        name: info.profile?.real_name ?? info.real_name ?? info.name ?? user.user,
        kind: kindOf(info, home),
        ...(email ? { email } : {}),
      };
    },
  };
};

function kindOf(info: SlackUser, home: boolean): 'member' | 'guest' | 'bot' | 'stranger' {
  if (info.is_bot === true || info.is_workflow_bot === true) return 'bot';
  if (info.is_stranger === true || !home) return 'stranger';
  return info.is_restricted === true || info.is_ultra_restricted === true ? 'guest' : 'member';
}
