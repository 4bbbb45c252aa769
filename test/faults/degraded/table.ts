import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../../config/root';

export const PARTS = ['Slack', 'directory', 'STS', 'IAM control plane', 'Temporal'] as const;
export type Part = (typeof PARTS)[number];

export const STEPS = ['request', 'approve', 'mint', 'rotate', 'natural end', 'revoke'] as const;
export type Step = (typeof STEPS)[number];

const promise = z.enum([
  'works',
  'works, told later',
  'waits',
  'not now',
  'counts, access waits',
  'ends in AWS, said later',
  'asked, cut later',
]);
export type Promised = z.infer<typeof promise>;

export interface Cell {
  part: Part;
  step: Step;
  promised: Promised;
}

/** The table of docs/degraded-modes.md. Throws when a cell promises nothing that can be tested. */
export function degradedModes(): Cell[] {
  const text = readFileSync(path.join(packageRoot, 'docs/degraded-modes.md'), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const [head = [], , ...body] = rows;
  const steps = z.array(z.enum(STEPS)).parse(head.slice(1));
  return body.flatMap(([name = '', ...cells]) =>
    cells.map((cell, nth) => ({
      part: z.enum(PARTS).parse(name),
      step: steps[nth] ?? STEPS[0],
      promised: promise.parse(/^\*\*([^*]+)\*\*/.exec(cell)?.[1]),
    })),
  );
}
