import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { personFacts, question, type Question } from '../../access/decision';
import { checkBundle, exampleFolder } from '../../config/bundle';
import type { ReadBundle } from '../../policy/bundle';
import { findingText, hasErrors, type Finding } from '../../policy/finding';
import { askTables } from '../../policy/tables';
import { readTables, TABLES_FILE } from '../../policy/tables-file';
import { liveDirectory, type OpenDirectory } from '../live-directory';
import { lookLive, type LiveLook } from './policy-check-live';
import { pullRequestHere, sayOnce } from '../pull-request';
import { policyComment, type Looks } from './policy-comment';
import { policyReplay, type ReplayOptions } from './policy-replay';
import { usage, type Printed } from './printed';

export const unusable = (folder: string, findings: readonly Finding[]): Printed => ({
  code: 1,
  out: '',
  err: [`${folder} cannot be used:`, ...findings.map(findingText)].join('\n  '),
});

interface CheckOptions {
  json?: boolean;
  people?: string;
}

/** Says what is wrong in a configuration folder. Warnings alone are no reason to fail. */
export function policyCheck(folder: string, options: CheckOptions = {}, live?: LiveLook): Printed {
  const people = options.people === undefined ? undefined : readPeople(options.people);
  if (people !== undefined && 'code' in people) return people;
  const bundle = openBundle(folder, people?.people ?? live?.people);
  if ('code' in bundle) return bundle;
  const findings = [...bundle.findings, ...(live?.findings ?? [])];
  const isUsable = bundle.ok && !hasErrors(findings);
  const code = isUsable ? 0 : 1;
  if (options.json === true) {
    const hash = bundle.ok ? { hash: bundle.catalog.hash } : {};
    return { code, out: JSON.stringify({ ok: isUsable, ...hash, findings }), err: '' };
  }
  const lines = findings.map(findingText);
  if (bundle.ok && isUsable)
    lines.push(
      `${folder} can be used: ${bundle.catalog.roles().length} roles, ${bundle.catalog.hash}`,
    );
  else lines.push(`${folder} cannot be used.`);
  return { code, out: lines.join('\n'), err: '' };
}

/** Decides each question on `stdin`: one object, an array, or an object a line; answers in the same form. */
export function policyDecide(folder: string, stdin: string): Printed {
  const asked = readQuestions(stdin);
  if ('code' in asked) return asked;
  const bundle = openBundle(folder);
  if ('code' in bundle) return bundle;
  if (!bundle.ok) return unusable(folder, bundle.findings);
  const decisions = asked.questions.map((one) => bundle.policy.decide(one));
  return { code: 0, out: asked.print(decisions), err: '' };
}

/** Asks the policies every row of the `tests.yaml` beside them. */
export function policyTest(folder: string, options: { json?: boolean } = {}): Printed {
  const bundle = openBundle(folder);
  if ('code' in bundle) return bundle;
  const file = path.join(folder, TABLES_FILE);
  if (!existsSync(file))
    return usage(`There is no ${file}. Write one as in the example: ${exampleFolder}.`);
  const read = readTables(readFileSync(file, 'utf8'));
  const findings = [...(bundle.ok ? [] : bundle.findings), ...read.findings];
  if (!bundle.ok || read.tables === undefined) {
    if (options.json === true)
      return { code: 1, out: JSON.stringify({ ok: false, findings }), err: '' };
    const lines = [`${folder} cannot be tested:`, ...findings.map(findingText)];
    return { code: 1, out: '', err: lines.join('\n  ') };
  }
  const rows = askTables(read.tables, bundle.policy);
  const broken = rows.filter(({ wrong }) => wrong.length > 0);
  const code = broken.length > 0 ? 1 : 0;
  if (options.json === true)
    return { code, out: JSON.stringify({ ok: code === 0, rows }), err: '' };
  const lines = broken.flatMap(({ it, line, wrong }) => [
    `${TABLES_FILE}:${line} ${it}`,
    ...wrong.map((difference) => `    ${difference}`),
  ]);
  const total = `${rows.length - broken.length} of ${rows.length} rows hold.`;
  return { code, out: [...lines, total].join('\n'), err: '' };
}

/** Adds `curfew policy …`. */
export function registerPolicy(program: Command, open: OpenDirectory): Command {
  const policy = program.command('policy').description('check policies, and ask them');
  policy
    .command('check [dir]')
    .description('say what is wrong with a configuration folder: file, line, field and fix')
    .option('--people <file>', 'JSON array of people, to find roles that none of them can approve')
    .option('--live', "ask the directory (OKTA_…, or npm start's) about every group that is named")
    .option('--json', 'print JSON')
    .action(async (dir: string | undefined, options: CheckOptions & { live?: boolean }) => {
      const folder = dir ?? defaultFolder();
      const live =
        options.live === true
          ? await lookLive(folder, (groupIds) => liveDirectory(open, groupIds))
          : undefined;
      print(policyCheck(folder, options, live));
    });
  policy
    .command('decide')
    .description(
      'decide questions from stdin (JSON: one, an array, or one a line), without a server',
    )
    .option('--config <dir>', 'configuration folder (default: CURFEW_CONFIG, else the example)')
    .option('--json', 'print JSON, which it always does')
    .action(async (options: { config?: string }) => {
      const folder = options.config ?? defaultFolder();
      const read = process.stdin.isTTY
        ? usage(
            'Give the question on stdin, as JSON: curfew policy decide --config DIR < question.json',
          )
        : policyDecide(folder, await textOf(process.stdin));
      print(read);
    });
  policy
    .command('test [dir]')
    .description(`ask the policies every row of the ${TABLES_FILE} beside them`)
    .option('--json', 'print JSON')
    .action((dir: string | undefined, options: { json?: boolean }) =>
      print(policyTest(dir ?? defaultFolder(), options)),
    );
  policy
    .command('replay')
    .description('what these policies would have said to the requests on record')
    .option('--config <dir>', 'configuration folder (default: CURFEW_CONFIG, else the example)')
    .option('--since <duration>', 'how far back', '90d')
    .option('--file <path>', 'the ledger (default: ledger.db in CURFEW_DATA)')
    .option('--json', 'print JSON')
    .option('--markdown', 'print a comment for a pull request')
    .action((options: ReplayOptions & { config?: string }) => {
      const folder = options.config ?? defaultFolder();
      const bundle = openBundle(folder);
      if ('code' in bundle) return print(bundle);
      print(bundle.ok ? policyReplay(bundle.policy, options) : unusable(folder, bundle.findings));
    });
  policy
    .command('comment')
    .description(
      'check, test and replay a configuration, and say it in one comment on the pull request',
    )
    .option('--config <dir>', 'configuration folder (default: CURFEW_CONFIG, else the example)')
    .option('--file <path>', 'a ledger to replay; without one past requests are left out')
    .option('--since <duration>', 'how far back to replay', '90d')
    .action(async ({ config, ...options }: ReplayOptions & { config?: string }) => {
      const pull = pullRequestHere();
      const folder = config ?? defaultFolder();
      const said = policyComment(looksAt(folder, options));
      await sayOnce(pull, said.out);
      print(said);
    });
  return policy;
}

function looksAt(folder: string, options: ReplayOptions): Looks {
  const check = policyCheck(folder);
  const bundle = openBundle(folder);
  const canReplay = options.file !== undefined && !('code' in bundle) && bundle.ok;
  return {
    check,
    test: policyTest(folder),
    ...(canReplay && { replay: policyReplay(bundle.policy, { ...options, markdown: true }) }),
  };
}

export function print({ code, out, err }: Printed): void {
  if (out !== '') process.stdout.write(`${out}\n`);
  if (err !== '') process.stderr.write(`${err}\n`);
  process.exitCode = code;
}

export function openBundle(
  folder: string,
  people?: z.infer<typeof personFacts>[],
): ReadBundle | Printed {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    return usage(`There is no folder ${folder}. Name the one that holds curfew.yaml.`);
  return checkBundle(folder, people);
}

export const defaultFolder = (): string => process.env['CURFEW_CONFIG'] ?? exampleFolder;

export async function textOf(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

type Questions = { questions: Question[]; print: (decisions: object[]) => string };

function readQuestions(text: string): Questions | Printed {
  const one = parseJson(text);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return usage('There is no question on stdin.');
  if (one !== undefined && !Array.isArray(one))
    return checked(
      [one],
      () => '',
      ([decision]) => JSON.stringify(decision),
    );
  if (one !== undefined)
    return checked(
      one,
      (index) => `question ${index}: `,
      (decisions) => JSON.stringify(decisions),
    );
  const many = lines.map(parseJson);
  const broken = many.indexOf(undefined);
  if (broken >= 0) return usage(`Line ${broken + 1} on stdin is not JSON.`);
  return checked(
    many,
    (index) => `line ${index + 1}: `,
    (decisions) => decisions.map((decision) => JSON.stringify(decision)).join('\n'),
  );
}

function checked(
  values: unknown[],
  place: (index: number) => string,
  printAll: Questions['print'],
): Questions | Printed {
  const questions: Question[] = [];
  const problems: string[] = [];
  for (const [index, value] of values.entries()) {
    const parsed = question.safeParse(value);
    if (parsed.success) questions.push(parsed.data);
    else problems.push(...parsed.error.issues.map((issue) => place(index) + problemText(issue)));
  }
  return problems.length > 0
    ? usage(['Nothing was decided:', ...problems].join('\n  '))
    : { questions, print: printAll };
}

const problemText = (issue: z.core.$ZodIssue): string =>
  `${issue.path.join('.') || 'the question'}: ${issue.message}`;

function readPeople(file: string): { people: z.infer<typeof personFacts>[] } | Printed {
  if (!existsSync(file)) return usage(`There is no file ${file}.`);
  const parsed = z.array(personFacts).safeParse(parseJson(readFileSync(file, 'utf8')));
  if (parsed.success) return { people: parsed.data };
  return usage([`${file}:`, ...parsed.error.issues.map(problemText)].join('\n  '));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
