import { startFloor, type Floor } from './floor';
import { hasButton, startStack, type Message, type Stack } from './stack';
import { figure, type Figure } from './statistics';

/*
 * How long people wait, on the stand-ins, beside the floor: the same number of bare Temporal steps on
 * the same server in the same run.
 *   submitToCard    start + 2 activities       modal submitted → card in the channel
 *   clickToRepaint  update + 2 activities      Approve → the card has no buttons any more
 *   approveToLive   update + 3 activities      Approve → the requester's DM says how to sign in
 */
type Figures = Record<'approveToLive' | 'submitToCard' | 'clickToRepaint', Figure>;

interface Round {
  submitToCard: number;
  clickToRepaint: number;
  approveToLive: number;
}

/** Gives the figures, and says them. */
export async function measureWaiting(count: number): Promise<Figures> {
  const stack = await startStack();
  const floor = await startFloor(stack.temporalAddress);
  const rounds: Round[] = [];
  const floors: Awaited<ReturnType<Floor['round']>>[] = [];
  try {
    await round(stack);
    await floor.round();
    for (let index = 0; index < count; index += 1) {
      rounds.push(await round(stack));
      floors.push(await floor.round());
    }
  } finally {
    await floor.stop();
    await stack.stop();
  }
  const figures: Figures = {
    approveToLive: figure(
      rounds.map((one) => one.approveToLive),
      floors.map((one) => one.updateAnd3),
    ),
    submitToCard: figure(
      rounds.map((one) => one.submitToCard),
      floors.map((one) => one.startAnd2),
    ),
    clickToRepaint: figure(
      rounds.map((one) => one.clickToRepaint),
      floors.map((one) => one.updateAnd2),
    ),
  };
  say(figures);
  return figures;
}

async function round(stack: Stack): Promise<Round> {
  await stack.control('command', { user: 'Ada', command: '/request-access' });
  const known = new Set((await cards(stack)).map(({ ts }) => ts));
  const submitted = performance.now();
  const submit = stack.control('submit', {
    user: 'Ada',
    values: { Role: await roleText(stack), Duration: '30m', Reason: 'measuring' },
  });
  const card = await until(async () => (await cards(stack)).find((one) => !known.has(one.ts)));
  const submitToCard = performance.now() - submitted;
  await submit;
  const clicked = performance.now();
  const click = stack.control('click', {
    user: 'Carla',
    button: 'Approve',
    where: 'messages',
    message: card.ts,
  });
  const [clickToRepaint, approveToLive] = await Promise.all([
    until(async () =>
      (await cards(stack)).find((one) => one.ts === card.ts && !hasButton(one, 'Approve')),
    ).then(() => performance.now() - clicked),
    until(async () =>
      (await stack.messages('Ada')).find((one) => isOf(one, card) && hasButton(one, 'Connect')),
    ).then(() => performance.now() - clicked),
  ]);
  await click;
  return { submitToCard, clickToRepaint, approveToLive };
}

const cards = async (stack: Stack): Promise<Message[]> =>
  stack.messages('Carla', 'access-requests');

const isOf = (one: Message, other: Message): boolean =>
  one.metadata?.requestId !== undefined && one.metadata.requestId === other.metadata?.requestId;

const roleText = async (_stack: Stack): Promise<string> => 'staging-admin';

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function say(figures: Figures): void {
  for (const [name, { p50, p95, floorP50, ratio }] of Object.entries(figures)) {
    console.error(
      `${name.padEnd(15)} p50 ${p50} ms, p95 ${p95} ms; bare Temporal ${floorP50} ms; ratio ${ratio}`,
    );
  }
}
