/** Nearest-rank percentile, in the samples' own unit. */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? NaN;
}

/** One measured figure beside its floor, in milliseconds; `ratio` is p50 over the floor's p50. */
export interface Figure {
  p50: number;
  p95: number;
  floorP50: number;
  ratio: number;
}

export function figure(samples: readonly number[], floor: readonly number[]): Figure {
  const p50 = percentile(samples, 50);
  const floorP50 = percentile(floor, 50);
  return {
    p50: rounded(p50),
    p95: rounded(percentile(samples, 95)),
    floorP50: rounded(floorP50),
    ratio: rounded(p50 / floorP50),
  };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
