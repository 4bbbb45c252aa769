/** Prometheus's text format, version 0.0.4, as far as the worker's own numbers need it. */
export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;

/** One line of a family: `suffix` is what follows its name (`_sum`). */
interface Sample {
  suffix?: string;
  labels?: Labels;
  value: number;
}

/** All samples of one name, under one explanation. */
export const family = (
  name: string,
  type: 'gauge' | 'counter' | 'histogram',
  help: string,
  samples: readonly Sample[],
): string =>
  [
    `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(
      ({ suffix = '', labels = {}, value }) => `${name}${suffix}${inBraces(labels)} ${value}`,
    ),
    '',
  ].join('\n');

function inBraces(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Sums values apart by their labels. */
export interface Tally {
  add(labels: Labels, value: number): void;
  samples(): Sample[];
}

/** How many, and how much in all. */
export function counter(): Tally {
  const sums = new Map<string, { labels: Labels; value: number }>();
  return {
    add(labels, value) {
      const key = JSON.stringify(labels);
      sums.set(key, { labels, value: (sums.get(key)?.value ?? 0) + value });
    },
    samples: () => [...sums.values()],
  };
}

/** How many were at most so large, for each of `bounds`, which rise. */
export function histogram(bounds: readonly number[]): Tally {
  const buckets = counter();
  const [sum, count] = [counter(), counter()];
  return {
    add(labels, value) {
      for (const bound of bounds)
        buckets.add({ ...labels, le: String(bound) }, value <= bound ? 1 : 0);
      buckets.add({ ...labels, le: '+Inf' }, 1);
      sum.add(labels, value);
      count.add(labels, 1);
    },
    samples: () => [
      ...buckets.samples().map((sample) => ({ ...sample, suffix: '_bucket' })),
      ...sum.samples().map((sample) => ({ ...sample, suffix: '_sum' })),
      ...count.samples().map((sample) => ({ ...sample, suffix: '_count' })),
    ],
  };
}
