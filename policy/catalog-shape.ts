import type { z } from 'zod';
import { catalogFile } from './catalog-file';
import { CATALOG_FILE, inYaml } from './catalog-finding';
import type { Finding } from './finding';
import { didYouMean, nearest } from './nearest';
import type { Path, YamlFile } from './yaml-file';

/** What is known of the file that a misshapen part stands in; the catalog unless told. */
interface Shape {
  file: string;
  /** The settings that exist where this path leads. */
  keysBeside: (path: Path) => string[];
}

/** A part that has the wrong shape. */
export function misshapen(
  yaml: YamlFile,
  issue: z.core.$ZodIssue,
  { file, keysBeside }: Shape = { file: CATALOG_FILE, keysBeside: keysOfCatalog },
): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  const error = (at: Path, problem: string, fix: string) =>
    inYaml(file, yaml, 'error', at, problem, fix);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const meant = nearest(key, keysBeside(path));
        return error(
          [...path, key],
          `There is no setting called ${key} here.`,
          meant === undefined
            ? `Remove it. There are: ${keysBeside(path).join(', ')}.`
            : `Did you mean ${meant}?`,
        );
      });
    case 'invalid_key':
      return [
        error(
          path,
          `${String(path.at(-1))} cannot be a name here.`,
          path[0] === 'people'
            ? "Write the id of a Slack user, such as U0ADA00001 (in a person's profile: Copy member ID)."
            : 'Use small letters, digits and hyphens, beginning with a letter or digit.',
        ),
      ];
    case 'invalid_type':
      return [invalidType(yaml, path, issue, error)];
    case 'invalid_value': {
      const written = at(yaml.value, path);
      const values = issue.values.map(String);
      return [
        written === undefined
          ? error(path, 'This setting is missing.', `Add it: one of ${values.join(', ')}.`)
          : error(
              path,
              `${shown(written)} is not possible here.`,
              `Use ${values.join(' or ')}.${typeof written === 'string' ? didYouMean(written, values) : ''}`,
            ),
      ];
    }
    case 'too_small':
      return [
        error(
          path,
          `${shown(at(yaml.value, path))} is too little.`,
          `Give at least ${issue.minimum}.`,
        ),
      ];
    case 'too_big':
      return [
        error(path, `${shown(at(yaml.value, path))} is too much.`, `At most ${issue.maximum}.`),
      ];
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_union':
    case 'not_multiple_of':
      return [
        error(
          path,
          `${shown(at(yaml.value, path))} is not possible here.`,
          `Write ${issue.message}.`,
        ),
      ];
  }
}

function invalidType(
  yaml: YamlFile,
  path: Path,
  issue: { expected: string },
  error: (at: Path, problem: string, fix: string) => Finding,
): Finding {
  const written = at(yaml.value, path);
  const wanted = TYPES[issue.expected] ?? issue.expected;
  if (path.length === 0)
    return error(path, 'The file holds no settings.', 'Start from the example.');
  if (written === undefined || written === null)
    return error(path, 'This setting is missing.', `Add it: ${wanted}.`);
  const quote = issue.expected === 'string' && typeof written === 'number';
  return error(
    path,
    `${shown(written)} is ${TYPES[kindOf(written)] ?? kindOf(written)}.`,
    quote ? `Put it in quotes (and give durations a unit): "${written}".` : `Write ${wanted}.`,
  );
}

const TYPES: Partial<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of settings, each under its name',
};

function keysOfCatalog(path: Path): string[] {
  const { shape } = catalogFile;
  const [section, , ...rest] = path;
  if (section === undefined) return Object.keys(shape);
  if (section === 'channels') return Object.keys(shape.channels.shape);
  if (section === 'identityCenter') return Object.keys(shape.identityCenter.unwrap().shape);
  if (section === 'accounts') return Object.keys(shape.accounts.valueType.shape);
  if (section === 'breakGlass') return Object.keys(shape.breakGlass.unwrap().shape);
  if (section === 'delegation') return Object.keys(shape.delegation.unwrap().shape);
  if (section === 'drift') return Object.keys(shape.drift.unwrap().shape);
  if (section === 'freezes') return Object.keys(shape.freezes.unwrap().element.shape);
  if (section === 'workloads') return Object.keys(shape.workloads.unwrap().valueType.shape);
  if (section === 'roles') {
    const role = shape.roles.valueType.shape;
    if (rest[0] === 'workloads') return Object.keys(role.workloads.unwrap().shape);
    if (rest[0] === 'scopes') return Object.keys(role.scopes.unwrap().element.shape);
    if (rest[0] === 'stepUp') return Object.keys(role.stepUp.unwrap().shape);
    return Object.keys(rest[0] === 'breakGlass' ? role.breakGlass.unwrap().shape : role);
  }
  return keysOfRoute(rest);
}

/** `rest`: the path inside a route. */
function keysOfRoute(rest: Path): string[] {
  const route = catalogFile.shape.routes.unwrap().valueType.shape;
  const variant = route.variants.unwrap().element.shape;
  if (rest[0] === 'escalate') return Object.keys(route.escalate.unwrap().shape);
  if (rest.includes('when')) return Object.keys(variant.when.shape);
  if (rest.includes('seats')) return Object.keys(route.seats.unwrap().element.shape);
  if (rest.includes('stages')) return Object.keys(route.stages.unwrap().element.shape);
  return Object.keys(rest.length === 0 ? route : variant);
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step)
        ? Object.entries(inner).find(([key]) => key === String(step))?.[1]
        : undefined,
    value,
  );

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};
