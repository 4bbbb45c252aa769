import type { ChatUser } from '../access/chat-user';
import { homeUnavailable, homeView } from './blocks/home';
import type { Front } from './front';
import { WORDS } from './words';

/** Shows someone their own open requests and live grants on the app's home tab. */
export async function publishHome(
  { client, desk, log }: Pick<Front, 'client' | 'desk' | 'log'>,
  of: ChatUser,
): Promise<void> {
  const view = await desk.live(of).then(homeView, (error: unknown) => {
    log.warn({ error: String(error) }, 'the home tab could not be filled');
    return homeUnavailable(WORDS.homeDown);
  });
  await client.views.publish({ user_id: of.user, view });
}
