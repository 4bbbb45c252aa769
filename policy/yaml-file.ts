import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { Finding } from './finding';

export type Path = readonly (string | number)[];
export interface Place {
  line: number;
  column: number;
}

/** A YAML text as plain values, that still knows where each of them stood. */
export interface YamlFile {
  value: unknown;
  /** Of the key (or list entry) at this path, or of its nearest parent that is there. */
  placeOf(path: Path): Place;
  /** What keeps it from being read; with any, `value` is undefined. */
  findings: Finding[];
}

export function readYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: true,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const findings = [...document.errors, ...document.warnings].map((error): Finding => {
    const [first] = error.message.split('\n');
    return {
      level: 'error',
      file,
      ...placeAt(error.pos[0]),
      field: 'YAML',
      problem: first ?? error.message,
      fix:
        FIXES[error.code] ?? 'Correct the YAML here: indent with spaces, quote what holds : or #.',
    };
  });
  return {
    value: findings.length > 0 ? undefined : valueOf(document, findings, file),
    placeOf: (path) => placeAt(offsetOf(document.contents, path)),
    findings,
  };
}

/** A few lines of aliases can unfold to more than fits into memory, so their number is limited. */
function valueOf(document: Document, findings: Finding[], file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    findings.push({
      level: 'error',
      file,
      line: 1,
      field: 'YAML',
      problem: error instanceof Error ? `${error.message}.` : String(error),
      fix: 'Write it out instead of using & and *.',
    });
    return undefined;
  }
}

const FIXES: Partial<Record<string, string>> = {
  DUPLICATE_KEY: 'Keep one of the two.',
  TAB_AS_INDENT: 'Indent with spaces.',
  MULTIPLE_DOCS: 'Keep one document: remove the --- line.',
};

function offsetOf(root: Node | null, path: Path): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    const next = child(node, step);
    if (next === undefined) return offset;
    offset = next.offset;
    node = next.node;
  }
  return offset;
}

function child(
  node: unknown,
  step: string | number,
): { node: unknown; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    if (pair === undefined || !isScalar(pair.key)) return undefined;
    return { node: pair.value, offset: pair.key.range?.[0] ?? 0 };
  }
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step];
    return hasRange(item) ? { node: item, offset: item.range[0] } : undefined;
  }
  return undefined;
}

const hasRange = (item: unknown): item is { range: [number, number, number] } =>
  typeof item === 'object' && item !== null && 'range' in item && Array.isArray(item.range);
