// All that this page asks of its server, and the only file that knows the addresses.

/** A failure to show: its message is a sentence. */
export class Trouble extends Error {}

async function request(path, init) {
  let response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new Trouble('The sandbox does not answer. Is `npm start` still running?');
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Trouble(answer.error ?? `The sandbox answered ${response.status} to ${path}.`);
  }
  return answer;
}

const get = (path, query = {}) => request(`${path}?${new URLSearchParams(query)}`, {});

const send = (path, body) =>
  request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** What one person sees, whole. */
export const readState = (user) => get('/sandbox/page/state', { user });

/** Everybody there is; the first is an engineer. */
export const readPeople = () => get('/sandbox/people');

/** `{deliveries, calls}`, each newest first. */
export const readDeliveries = () => get('/sandbox/page/deliveries');

export const runCommand = async (user, channel, command, text) =>
  acted(await send('/sandbox/slack/command', { user, channel, command, text }));

export const post = (user, channel, text) => send('/sandbox/page/post', { user, channel, text });

/** `place` says where the element stands and what it now holds (`clickBody` in slack/wire.ts). */
export const click = async (user, place) =>
  acted(await send('/sandbox/slack/click', { user, ...place }));

/** Sends the top modal; `{fieldErrors}` by block id when the app wants something changed. */
export const submit = async (user, state) =>
  acted(await send('/sandbox/slack/submit', { user, state }));

/** Takes the top modal away, or all of them. */
export const close = (user, clear) => send('/sandbox/page/close', { user, clear });

/** The app's options for what is typed so far, groups taken apart. */
export async function searchOptions(user, place) {
  const answer = acted(await send('/sandbox/page/options', { user, ...place }));
  return answer.option_groups?.flatMap((group) => group.options) ?? answer.options ?? [];
}

/** The app hears that the person opened its Home tab. */
export const openHome = (user) => send('/sandbox/page/home', { user });

export const markRead = (user, channel) => send('/sandbox/page/read', { user, channel });

const SAID = {
  operation_timeout:
    'Curfew did not answer within 3 seconds, so Slack would have given up. Try again.',
  dispatch_failed: 'Curfew is not connected at the moment. Nothing was sent; try again shortly.',
};

function acted(answer) {
  if (answer.error)
    throw new Trouble(SAID[answer.error] ?? `Slack would refuse this: ${answer.error}`);
  return answer;
}

/** `onchange` when the person's view changed, `ontraffic` at each delivery or call; returns how to stop. */
export function listen(user, { onchange, ontraffic, onconnected }) {
  let source;
  const open = () => {
    source = new EventSource(`/sandbox/page/events?${new URLSearchParams({ user })}`);
    source.addEventListener('changed', onchange);
    source.addEventListener('delivery', ontraffic);
    source.addEventListener('call', ontraffic);
    source.addEventListener('open', () => onconnected(true));
    source.addEventListener('error', () => onconnected(false));
  };
  open();
  // A browser comes back by itself after a broken connection, but not after an answer like 502.
  const again = setInterval(() => source.readyState === EventSource.CLOSED && open(), 2000);
  return () => {
    clearInterval(again);
    source.close();
  };
}
