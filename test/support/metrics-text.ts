/**
 * Reads Prometheus's text format 0.0.4 by the rules of its exposition format page, strictly: what does not fit
 * is thrown, not skipped. Gives each series' value by its name and labels, as they are written.
 */
export function readMetrics(text: string): {
  values: Map<string, number>;
  types: Map<string, string>;
} {
  if (!text.endsWith('\n')) throw new Error('the last line must end with a line feed');
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (comment) {
      const [, what, name = '', rest = ''] = comment;
      if (what === 'HELP' ? name === current || types.has(name) : name !== current)
        throw new Error(`${name} is explained twice, or typed before it is explained`);
      if (what === 'TYPE') types.set(name, checkedType(rest));
      current = name;
      continue;
    }
    const sample =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*")*\})? (\d+(?:\.\d+)?(?:e[+-]?\d+)?|\+Inf|NaN)$/.exec(
        line,
      );
    if (!sample) throw new Error(`not a sample: ${line}`);
    const [, name = '', labels = '', value] = sample;
    const series = `${name}${labels}`;
    if (values.has(series)) throw new Error(`twice: ${series}`);
    const base =
      types.get(current) === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name;
    if (base !== current) throw new Error(`${name} stands under ${current}`);
    values.set(series, Number(value));
  }
  checkHistograms(values, types);
  return { values, types };
}

function checkedType(type: string): string {
  if (!['counter', 'gauge', 'histogram'].includes(type)) throw new Error(`no such type: ${type}`);
  return type;
}

/** Buckets rise with their bound, and the last one counts as many as there are. */
function checkHistograms(values: Map<string, number>, types: Map<string, string>): void {
  const last = new Map<string, { bound: number; count: number }>();
  for (const [series, count] of values) {
    const bucket = /^(\w+)_bucket\{(.*?),?le="([^"]+)"\}$/.exec(series);
    if (!bucket) continue;
    const [, name = '', labels = '', le = ''] = bucket;
    if (types.get(name) !== 'histogram') throw new Error(`${name} has buckets and is no histogram`);
    const key = labels === '' ? name : `${name}{${labels}}`;
    const bound = le === '+Inf' ? Infinity : Number(le);
    const before = last.get(key);
    if (before && (bound <= before.bound || count < before.count))
      throw new Error(`the buckets of ${key} do not rise`);
    last.set(key, { bound, count });
  }
  for (const [key, { bound, count }] of last) {
    const counted = values.get(key.includes('{') ? key.replace('{', '_count{') : `${key}_count`);
    if (bound !== Infinity || counted !== count) throw new Error(`${key} does not add up`);
    const sum = key.includes('{') ? key.replace('{', '_sum{') : `${key}_sum`;
    if (!values.has(sum)) throw new Error(`${key} has no sum`);
  }
}
