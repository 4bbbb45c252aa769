/** The directory's own ids of groups, by the names that rules and configuration use. A name may change hands; an id does not. */
export type GroupIds = Readonly<Record<string, string>>;

/** The id that this name is bound to; undefined when it is a name like any other. */
export const boundId = (groupIds: GroupIds, name: string): string | undefined =>
  Object.hasOwn(groupIds, name) ? groupIds[name] : undefined;

export const isBound = (groupIds: GroupIds, id: string): boolean =>
  Object.values(groupIds).includes(id);

/**
 * What rules call a group of the directory: the names bound to its id; else its own name, unless that is bound to another
 * group. `name`: as the directory calls it; undefined when its name is not to be trusted.
 */
export function calledByRules(
  groupIds: GroupIds,
  { id, name }: { id: string; name: string | undefined },
): string[] {
  const bound = Object.keys(groupIds).filter((one) => groupIds[one] === id);
  if (bound.length > 0) return bound;
  return name === undefined || boundId(groupIds, name) !== undefined ? [] : [name];
}
