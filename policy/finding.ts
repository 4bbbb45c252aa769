/** Something wrong, or doubtful, in a configuration folder. */
export interface Finding {
  level: 'error' | 'warning';
  /** Relative to the folder. */
  file: string;
  /** From 1. */
  line: number;
  column?: number;
  /** Where in the file, in its own words: `roles.prod-admin.max`, `policy prod-freeze`. */
  field: string;
  problem: string;
  /** What to do about it, in a sentence. */
  fix: string;
}

/** `curfew.yaml:12:5 error roles.x.max: … → …`, the form editors and terminals can jump to. */
export const findingText = (finding: Finding): string =>
  `${finding.file}:${finding.line}${finding.column === undefined ? '' : `:${finding.column}`} ` +
  `${finding.level} ${finding.field}: ${finding.problem} → ${finding.fix}`;

export const hasErrors = (findings: readonly Finding[]): boolean =>
  findings.some(({ level }) => level === 'error');
