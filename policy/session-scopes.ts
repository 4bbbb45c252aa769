import type { CatalogRole, SessionScope } from '../access/catalog';
import type { CatalogFile } from './catalog-file';
import { inCatalog } from './catalog-finding';
import type { Finding } from './finding';
import type { YamlFile } from './yaml-file';

/** AWS takes a session policy of 2,048 characters; each scope stands in it twice, beside the fence. */
const SCOPE_MAX = 800;

/** The narrower of two scopes of a role: later in its list, which policy check holds to be within. */
export function narrower(
  { scopes = [] }: Pick<CatalogRole, 'scopes'>,
  one: string | undefined,
  other: string | undefined,
): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const place = (name: string): number => scopes.findIndex((scope) => scope.name === name);
  return place(one) > place(other) ? one : other;
}

/** Scopes that a session could not carry, that narrow nothing, or of which nobody can tell which is narrower. */
export function scopeMisfits(file: CatalogFile, yaml: YamlFile, id: string): Finding[] {
  const role = file.roles[id];
  if (role?.scopes === undefined) return [];
  const { scopes, mechanism } = role;
  const error = (path: (string | number)[], problem: string, fix: string): Finding =>
    inCatalog(yaml, 'error', ['roles', id, 'scopes', ...path], problem, fix);
  if (mechanism !== 'role-session')
    return [
      error(
        [],
        `A ${mechanism} is given as a whole: no session of ours could carry a scope.`,
        `Remove scopes, or offer a second ${mechanism} that may do less.`,
      ),
    ];
  return scopes.flatMap((scope, index) => {
    const { name, actions, resources } = scope;
    const before = scopes[index - 1];
    const outside = before && outsideOf(before, scope);
    const found: Finding[] = [];
    if (scopes.findIndex((other) => other.name === name) !== index)
      found.push(error([index, 'name'], `Two scopes are called ${name}.`, 'Rename one of them.'));
    if (actions.includes('*') && resources.includes('*'))
      found.push(error([index], `${name} narrows nothing.`, 'Name actions, resources, or both.'));
    else if (outside !== undefined)
      found.push(
        error(
          [index],
          `${name} is not within ${before?.name}, which stands before it: ${outside} is in none of its patterns.`,
          'Put the wider one first, or write the narrower one in patterns that are parts of the wider one’s.',
        ),
      );
    if (sizeOf(scope) > SCOPE_MAX)
      found.push(
        error(
          [index],
          `${name} takes ${sizeOf(scope)} characters, and a session policy has room for ${SCOPE_MAX}.`,
          'Name fewer actions or resources, or use wildcards.',
        ),
      );
    return found;
  });
}

const sizeOf = ({ actions, resources }: SessionScope): number =>
  JSON.stringify(actions).length + JSON.stringify(resources).length;

/** The first pattern of the narrower one that no pattern of the wider one covers. */
const outsideOf = (wide: SessionScope, narrow: SessionScope): string | undefined =>
  narrow.actions.find(
    (action) => !wide.actions.some((one) => covers(one.toLowerCase(), action.toLowerCase())),
  ) ?? narrow.resources.find((resource) => !wide.resources.some((one) => covers(one, resource)));

/**
 * Is all that `part` stands for within `pattern`? Only what is written that way: a `*` of the part must lie within
 * a `*` of the pattern, and a `?` stands for no `*`.
 */
function covers(pattern: string, part: string): boolean {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '[^*]')}$`, 's').test(part);
}
