/** How long a control waits before it says what a person sees, in milliseconds. */
export interface Calm {
  quietMs: number;
  limitMs: number;
}

/** What goes on between the app and the stand-in, so that a control can answer once it has calmed down. */
export interface Activity {
  /** Something began; call the returned function when it ends. */
  begin(): () => void;
  /** Resolves when nothing has been under way for `quietMs`, at the latest after `limitMs`. */
  settled(): Promise<void>;
}

export function createActivity({ quietMs, limitMs }: Calm): Activity {
  let underWay = 0;
  const watchers = new Set<() => void>();
  const moved = (): void => watchers.forEach((watcher) => watcher());

  return {
    begin() {
      underWay += 1;
      moved();
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        underWay -= 1;
        moved();
      };
    },
    settled: () =>
      new Promise((resolve) => {
        let quiet: NodeJS.Timeout | undefined;
        const done = (): void => {
          clearTimeout(quiet);
          clearTimeout(limit);
          watchers.delete(watch);
          resolve();
        };
        const watch = (): void => {
          clearTimeout(quiet);
          if (underWay === 0) quiet = setTimeout(done, quietMs);
        };
        const limit = setTimeout(done, limitMs);
        watchers.add(watch);
        watch();
      }),
  };
}
