import type { Printed } from './printed';

/** What each look at a changed configuration printed. */
export interface Looks {
  check: Printed;
  test: Printed;
  /** Absent when there is no record to replay. */
  replay?: Printed;
}

/** A comment for a pull request: whether it can be used, whether its tables hold, what it would have said. */
export function policyComment({ check, test, replay }: Looks): Printed {
  const code = check.code === 0 && test.code === 0 && (replay?.code ?? 0) === 0 ? 0 : 1;
  const parts = [
    `## Curfew policy: ${code === 0 ? 'good' : 'not good'}`,
    part('curfew policy check', check),
    part('curfew policy test', test),
    ...(replay === undefined
      ? ['No record was given, so past requests were not replayed.']
      : [replay.code === 0 ? replay.out : part('curfew policy replay', replay)]),
  ];
  return { code, out: parts.join('\n\n'), err: '' };
}

/** A fence longer than any in the text: nothing that is printed there gets out of it. */
function part(title: string, { code, out, err }: Printed): string {
  const text = [out, err].filter(Boolean).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`**${title}** ${code === 0 ? 'passes' : 'fails'}`, '', fence, text, fence].join('\n');
}
