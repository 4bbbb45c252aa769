import type { Away } from '../../access/away';
import { sameChatUser, type ChatUser } from '../../access/chat-user';
import type { AccessDesk, Connection, Outcome } from '../../access/desk';
import type { RequestTrace } from '../../access/explanation';
import type { GrantView, Receiver } from '../../access/grant';
import type {
  AwayStatement,
  BackStatement,
  BreakGlassReviewStatement,
  ConnectStatement,
  CutStatement,
  NudgeStatement,
  RemovalStatement,
  RequestStatement,
  ReviewStatement,
  StopStatement,
} from '../../access/statement';
import { isOver } from '../../access/states';
import { isWorkloadUser } from '../../access/workload';
import { wordsFor } from '../../keys/words';

/** What a test may see and set besides the port. */
export interface InMemoryDesk extends AccessDesk {
  /** Everything said, in order, once for each call. */
  readonly said: {
    requests: RequestStatement[];
    reviews: { statement: ReviewStatement; clickId: string }[];
    stops: StopStatement[];
    nudges: { statement: NudgeStatement; clickId: string }[];
    breakGlassReviews: { statement: BreakGlassReviewStatement; clickId: string }[];
    cuts: CutStatement[];
    removals: RemovalStatement[];
    aways: AwayStatement[];
    backs: BackStatement[];
    /** Hashes of the codes that were offered, and where they were shown. */
    offers: { grantId: string; codeHash: string; shownIn: string }[];
  };
  /** Statements that confirmed keys. */
  readonly confirmed: ConnectStatement[];
  /** Effects, once for each click however often it came. */
  readonly effects: string[];
  put(view: GrantView, termsHash?: string): void;
  /** This person answers for this pipeline or agent. */
  putAnswering(person: ChatUser, workload: string): void;
  /** Somebody holds what nobody asked for. */
  putQuarantine(
    quarantineId: string,
    found: NonNullable<Awaited<ReturnType<AccessDesk['quarantine']>>>,
  ): void;
  /** What `explain` says of a request. */
  putTrace(requestId: string, trace: RequestTrace): void;
  /** What every call does from now on: work, throw, answer `pending`, or wait until it works again. */
  behave(how: Manner): void;
  /** How many calls wait. */
  waiting(): number;
}

type Manner = 'well' | 'down' | 'pending' | 'held';

const refused = (because: string) => ({ outcome: 'refused' as const, because });
const DONE = { outcome: 'done' as const };
const PENDING = { outcome: 'pending' as const, because: 'The engine did not answer in time.' };

/** A front desk that keeps its requests in memory: one approval suffices, nobody approves their own. */
export function createInMemoryDesk(now: () => Date = () => new Date()): InMemoryDesk {
  const views = new Map<string, { view: GrantView; termsHash: string; decidedBy?: ChatUser }>();
  const answers = new Map<string, Outcome<{ effect: 'approved' | 'denied'; note: string }>>();
  const quarantines = new Map<string, NonNullable<Awaited<ReturnType<AccessDesk['quarantine']>>>>();
  const aways = new Map<string, Away>();
  const traces = new Map<string, RequestTrace>();
  const answering = new Map<string, string>();
  const connections = new Map<string, { connection: Connection; receiver?: Receiver }>();
  const said: InMemoryDesk['said'] = {
    requests: [],
    reviews: [],
    stops: [],
    nudges: [],
    breakGlassReviews: [],
    cuts: [],
    removals: [],
    aways: [],
    backs: [],
    offers: [],
  };
  const effects: string[] = [];
  const confirmed: ConnectStatement[] = [];
  let manner: Manner = 'well';
  let release: () => void = () => {};
  let held = Promise.resolve();
  let waiting = 0;

  async function mannered<R>(work: () => R): Promise<R | typeof PENDING> {
    switch (manner) {
      case 'well':
        return work();
      case 'down':
        throw new Error('the engine is down');
      case 'pending':
        return PENDING;
      case 'held':
        waiting += 1;
        await held;
        waiting -= 1;
        return work();
    }
  }
  const byGrant = (grantId: string) =>
    [...views.values()].find(({ view }) => view.grantId === grantId);
  const change = (requestId: string, to: Partial<GrantView>) => {
    const entry = views.get(requestId);
    if (entry) entry.view = { ...entry.view, ...to };
  };

  function review({ requestId, termsHash, by, verdict }: ReviewStatement) {
    const entry = views.get(requestId);
    if (!entry) return refused('There is no such request.');
    if (entry.view.state !== 'waiting') {
      const decider = entry.decidedBy ? ` <@${entry.decidedBy.user}> decided it.` : '';
      return refused(`This request is ${entry.view.state}.${decider}`);
    }
    if (entry.termsHash !== termsHash) return refused('The terms changed since this card.');
    if (sameChatUser(entry.view.requester, by))
      return refused('Nobody approves their own request.');
    const approved = verdict === 'approve';
    effects.push(`${verdict} ${requestId}`);
    entry.decidedBy = by;
    change(requestId, { state: approved ? 'active' : 'denied' });
    return {
      ...DONE,
      effect: approved ? ('approved' as const) : ('denied' as const),
      note: 'Noted.',
    };
  }

  return {
    said,
    effects,
    confirmed,
    put: (view, termsHash = 'terms') => views.set(view.requestId, { view, termsHash }),
    putQuarantine: (quarantineId, found) => void quarantines.set(quarantineId, found),
    putAnswering: ({ user }, workload) => void answering.set(workload, user),
    putTrace: (requestId, trace) => void traces.set(requestId, trace),
    explain: async (requestId) => {
      if (manner === 'down') throw new Error('the engine is down');
      return traces.get(requestId);
    },
    behave(how) {
      release();
      manner = how;
      if (how === 'held') held = new Promise((resolve) => (release = resolve));
    },
    waiting: () => waiting,
    reviewBreakGlass: ({ statement }, clickId) =>
      mannered(() => {
        said.breakGlassReviews.push({ statement, clickId });
        const entry = views.get(statement.requestId);
        if (!entry) return refused('There is no open review of this break-glass.');
        if (sameChatUser(entry.view.requester, statement.by))
          return refused('You broke the glass yourself.');
        effects.push(`${statement.verdict} ${statement.requestId}`);
        return { ...DONE, note: 'Recorded. The requester is told.' };
      }),
    open: ({ statement }) =>
      mannered(() => {
        said.requests.push(statement);
        const { requestId, requester, role, durationMinutes, reason } = statement.request;
        if (!views.has(requestId)) {
          effects.push(`open ${requestId}`);
          const view: GrantView = {
            requestId,
            state: 'waiting',
            requester,
            requesterName: requester.user,
            role,
            account: 'shop-prod',
            durationMinutes,
            reason,
          };
          views.set(requestId, { view, termsHash: 'terms' });
        }
        return { ...DONE, requestId };
      }),
    review: ({ statement }, clickId) =>
      mannered(() => {
        said.reviews.push({ statement, clickId });
        const answer = answers.get(clickId) ?? review(statement);
        answers.set(clickId, answer);
        return answer;
      }),
    nudge: ({ statement }, clickId) =>
      mannered(() => {
        said.nudges.push({ statement, clickId });
        const { requestId, by } = statement;
        const entry = views.get(requestId);
        if (!entry || !sameChatUser(entry.view.requester, by))
          return refused('Only its requester can do that.');
        if (entry.view.state !== 'waiting') return refused(`This request is ${entry.view.state}.`);
        effects.push(`nudge ${requestId}`);
        return { ...DONE, note: 'Reminded.' };
      }),
    stop: ({ statement }) =>
      mannered(() => {
        said.stops.push(statement);
        const { requestId, how, by } = statement;
        const entry = views.get(requestId);
        if (!entry) return refused('There is no such request.');
        if (how !== 'revoke' && !sameChatUser(entry.view.requester, by)) {
          return refused('Only its requester can do that.');
        }
        if (isOver(entry.view.state)) return refused(`It is already ${entry.view.state}.`);
        effects.push(`${how} ${requestId}`);
        change(requestId, { state: how === 'withdraw' ? 'withdrawn' : 'ending' });
        return { ...DONE, note: `Asked at ${now().toISOString()}.` };
      }),
    removeNow: ({ statement }) =>
      mannered(() => {
        said.removals.push(statement);
        if (!quarantines.has(statement.quarantineId)) return refused('There is no such thing.');
        effects.push(`remove ${statement.quarantineId}`);
        return { ...DONE, note: 'It is being removed.' };
      }),
    sayAway: ({ statement }) =>
      mannered(() => {
        said.aways.push(statement);
        const { awayId, by, to, at, until } = statement;
        if (!aways.has(awayId)) effects.push(`away ${awayId}`);
        aways.set(awayId, { awayId, by, to, from: at, until });
        return { ...DONE, note: 'It is on record.' };
      }),
    sayBack: ({ statement }) =>
      mannered(() => {
        said.backs.push(statement);
        aways.delete(statement.awayId);
        return { ...DONE, note: 'It is being taken back.' };
      }),
    aways: async (of) => ({
      own: [...aways.values()].filter(({ by }) => sameChatUser(by, of)),
      forOthers: [...aways.values()].filter(({ to }) => sameChatUser(to, of)),
    }),
    quarantine: async (quarantineId) => quarantines.get(quarantineId),
    cuttable: async (what) => {
      if (manner === 'down') throw new Error('the engine is down');
      const meant = [...views.values()]
        .map(({ view }) => view)
        .filter(({ state }) => !isOver(state))
        .filter(({ requester, role }) =>
          what.of === 'person'
            ? sameChatUser(what.person, requester) ||
              (isWorkloadUser(requester) && answering.get(requester.user) === what.person.user)
            : what.of === 'all' || what.role === role,
        );
      const live = meant.filter(({ state }) => state === 'active').length;
      const roles = [...new Set(meant.map(({ role }) => role))];
      const ofMachines = meant.filter(({ requester }) => isWorkloadUser(requester));
      return {
        grants: live,
        requests: meant.length - live,
        holders: [...new Map(meant.map((view) => [view.requester.user, view.requester])).values()],
        roles: roles.map((role) => ({
          role,
          count: meant.filter((view) => view.role === role).length,
        })),
        machines: [...Map.groupBy(ofMachines, ({ requester }) => requester.user)].map(
          ([id, some]) => ({ id, count: some.length }),
        ),
      };
    },
    cut: ({ statement }) =>
      mannered(() => {
        if (!said.cuts.some(({ cutId }) => cutId === statement.cutId)) {
          effects.push(`cut ${statement.what.of}`);
        }
        said.cuts.push(statement);
        return { ...DONE, note: 'It is on its way.' };
      }),
    offerConnection: ({ grantId, codeHash, shownIn }) =>
      mannered(() => {
        said.offers.push({ grantId, codeHash, shownIn });
        connections.set(grantId, { connection: { stage: 'offered' } });
        return DONE;
      }),
    async bind({ grantId, codeHash, receiver }) {
      const offer = said.offers.findLast((one) => one.codeHash === codeHash);
      const grant = byGrant(grantId)?.view;
      if (!offer || !grant) return refused('This code is wrong or was used.');
      const words = await wordsFor(receiver, grantId);
      connections.set(grantId, { connection: { stage: 'bound', words }, receiver });
      return { ...DONE, words, shownIn: offer.shownIn, by: grant.requester, grant };
    },
    confirm: ({ statement }) =>
      mannered(() => {
        const known = connections.get(statement.grantId);
        if (known?.receiver === undefined) return refused('Nothing is bound.');
        effects.push(`confirm ${statement.grantId}`);
        confirmed.push(statement);
        connections.set(statement.grantId, { ...known, connection: { stage: 'confirmed' } });
        return DONE;
      }),
    rejectConnection: (grantId: string, _by: ChatUser) =>
      mannered(() => {
        effects.push(`reject ${grantId}`);
        connections.delete(grantId);
        return DONE;
      }),
    connection: async (grantId) =>
      connections.get(grantId) ?? { connection: { stage: 'none' as const } },
    issue: async () => refused('This desk issues nothing.'),
    grant: async (grantId) => byGrant(grantId)?.view,
    current: async (grantId) => byGrant(grantId)?.view,
    request: async (requestId) => views.get(requestId)?.view,
    async live(of) {
      if (manner === 'down') throw new Error('the engine is down');
      return [...views.values()]
        .map(({ view }) => view)
        .filter(({ state, requester }) => !isOver(state) && (!of || sameChatUser(of, requester)))
        .toReversed();
    },
    health: async () => ({ ok: manner === 'well', endpoint: 'memory' }),
  };
}
