import { expect } from '@jest/globals';
import type { ChatUser } from '../../access/chat-user';
import type { GrantView } from '../../access/grant';
import type { Card, MessageRef, Messenger, Notice, ReviewTask } from '../../access/messages';
import type { Quarantine } from '../../access/quarantine';
import type { SignInDesk } from '../../bot/front';
import { createMessenger } from '../../bot/messenger';
import { PEOPLE, WORKSPACE } from '../../sandbox/people';
import type { PageState } from '../../sandbox/slack/page-wire';
import { type BotInSlack, startBotInSlack } from './bot-in-slack';
import { eventually } from './eventually';

const [ada, ben, carla, deniz] = PEOPLE.map(({ id }): ChatUser => ({
  workspace: WORKSPACE.id,
  user: id,
}));
/** Two engineers and two owners. */
export const ADA = ada!;
export const BEN = ben!;
export const CARLA = carla!;
export const DENIZ = deniz!;

interface Ids {
  requestId: string;
  grantId: string;
}

const ABOUT = {
  role: { id: 'prod-admin', title: 'Administer production' },
  account: { id: '222222222222', name: 'shop-prod', env: 'prod' },
};
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

export const aGrant = (ids: Ids, of: Partial<GrantView> = {}): GrantView => ({
  ...ids,
  state: 'active',
  requester: ADA,
  requesterName: 'Ada Engel',
  role: 'prod-admin',
  account: 'shop-prod',
  durationMinutes: 60,
  reason: 'failover is stuck',
  until: inAnHour(),
  ...of,
});

export const aCard = ({ requestId }: { requestId: string }, of: Partial<Card> = {}): Card => ({
  requestId,
  termsHash: 'terms',
  channel: '#access-prod',
  state: 'waiting',
  requester: ADA,
  requesterName: 'Ada Engel',
  ...ABOUT,
  risk: 'high',
  durationMinutes: 60,
  reason: 'failover is stuck',
  rule: '1 of payments-owners',
  needed: 1,
  reviews: [],
  ...of,
});

export const aTask = (ids: Ids, of: Partial<ReviewTask> = {}): ReviewTask => ({
  ...ids,
  ...ABOUT,
  channel: '#security',
  requester: ADA,
  requesterName: 'Ada Engel',
  reason: 'failover is stuck',
  from: new Date().toISOString(),
  until: inAnHour(),
  reviewers: '1 of security, not the requester',
  dueAt: inAnHour(),
  overdue: false,
  ...of,
});

export const aQuarantine = (ids: Ids, of: Partial<Quarantine> = {}): Quarantine => ({
  ...ids,
  ...ABOUT,
  quarantineId: ids.requestId.replace('r-', 'q-'),
  channel: '#access-prod',
  holder: ADA,
  holderName: 'Ada Engel',
  removedAt: new Date().toISOString(),
  foundAt: new Date().toISOString(),
  removeAt: inAnHour(),
  standing: { stage: 'open' },
  ...of,
});

export const anActiveNotice = (ids: Ids, words?: string): Notice => ({
  ...ids,
  ...ABOUT,
  kind: 'active',
  until: inAnHour(),
  state: 'active',
  ...(words === undefined ? {} : { words }),
});

export const aWaitingNotice = (ids: Ids): Notice => ({
  ...ids,
  ...ABOUT,
  kind: 'waiting',
  rule: '1 of payments-owners',
  channel: '#access-prod',
  answerBy: inAnHour(),
});

/** The bot among people, with what the workflows would have put before them. */
export interface Scene extends BotInSlack {
  messenger: Messenger;
  /** Ids that nothing else in this scene has. */
  newIds(): Ids;
  cardInChannel(): Promise<Ids & { at: MessageRef; message: string }>;
  taskInChannel(): Promise<Ids & { at: MessageRef; message: string }>;
  /** Held by Ada, who was given it and lost it. */
  quarantineInChannel(): Promise<{ quarantineId: string; at: MessageRef; message: string }>;
  grantInDirectMessage(of?: Partial<GrantView>): Promise<Ids & { at: MessageRef; message: string }>;
  /** Waits until this person is told `sentence` in a modal or in a message to them alone. */
  isTold(who: ChatUser, sentence: string): Promise<boolean>;
  /** Waits until the newest refused click on record is like this. */
  isOnRecord(expected: object): Promise<void>;
}

export async function startScene(
  kind: 'socket' | 'http',
  folder: string,
  signIn?: SignInDesk,
): Promise<Scene> {
  const house = await startBotInSlack(kind, folder, signIn);
  const messenger = createMessenger(house.messages, async () => 'nothing');
  let last = 0;
  const newIds = (): Ids => {
    last += 1;
    const tail = String(last)
      .padStart(3, '0')
      .replaceAll(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
    return { requestId: `r-zzzzzzzzzzzzz${tail}`, grantId: `g-zzzzzzz${tail}` };
  };
  return {
    ...house,
    messenger,
    newIds,
    async cardInChannel() {
      const ids = newIds();
      house.desk.put(aGrant(ids, { state: 'waiting' }));
      const at = await messenger.postCard(aCard(ids));
      return { ...ids, at, message: at.ts };
    },
    async taskInChannel() {
      const ids = newIds();
      house.desk.put(aGrant(ids));
      const at = await messenger.postTask(aTask(ids));
      return { ...ids, at, message: at.ts };
    },
    async quarantineInChannel() {
      const found = aQuarantine(newIds());
      const { quarantineId } = found;
      house.desk.putQuarantine(quarantineId, { role: 'prod-admin', holder: ADA, over: false });
      const at = await messenger.showQuarantine(found.channel, found);
      return { quarantineId, at, message: at.ts };
    },
    async grantInDirectMessage(of = {}) {
      const ids = newIds();
      const grant = aGrant(ids, of);
      house.desk.put(grant);
      const at = await messenger.tell(grant.requester, anActiveNotice(ids));
      return { ...ids, at, message: at.ts };
    },
    isTold: ({ user }, sentence) =>
      eventually(async () => {
        const page = await house.slack.get<PageState>(`/sandbox/page/state?user=${user}`);
        const own = Object.values(page.messages)
          .flat()
          .filter(({ ephemeral, channelName }) => ephemeral || channelName === 'dm');
        const told = [page.modals.at(-1)?.text, ...own.slice(-2).map(({ text }) => text)];
        expect(told.join('\n')).toContain(sentence);
        return true;
      }),
    isOnRecord: (expected) =>
      eventually(() => {
        const [newest] = house.ledger.entries({ kinds: ['click.refused'] }).toReversed();
        expect(newest).toMatchObject(expected);
      }),
  };
}
