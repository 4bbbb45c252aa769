import type { ActivityDeps } from './deps';

/** AWS takes about ten changes of assignments at once. */
const AT_ONCE = 8;

/** Works on all of them; one's failure is told and does not stop the others'. */
export async function inTurns<T>(
  list: readonly T[],
  work: (one: T) => Promise<void>,
  failed: (one: T) => void,
): Promise<void> {
  for (let index = 0; index < list.length; index += AT_ONCE) {
    const some = list.slice(index, index + AT_ONCE);
    const done = await Promise.allSettled(some.map(work));
    done.forEach(({ status }, place) => {
      const one = some[place];
      if (status === 'rejected' && one !== undefined) failed(one);
    });
  }
}

/** Notes that the activity lives while the other side takes its time. */
export async function beating<T>(
  deps: Pick<ActivityDeps, 'pause'>,
  work: () => Promise<T>,
): Promise<T> {
  let done = false;
  const beat = async (): Promise<void> => {
    while (!done) await deps.pause();
  };
  const beats = beat().catch(() => undefined);
  try {
    return await work();
  } finally {
    done = true;
    await beats;
  }
}

export type OneAtATime = (work: () => Promise<void>) => Promise<void>;

/** What others do side by side, done one after the other where it has to be. */
export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}
