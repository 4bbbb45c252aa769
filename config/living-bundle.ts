import { AsyncLocalStorage } from 'node:async_hooks';
import type { Catalog } from '../access/catalog';
import type { Policy } from '../access/decision';

interface Bundle {
  catalog: Catalog;
  policy: Policy;
}

/** A bundle that can be replaced whole while everybody holds it. */
export interface LivingBundle extends Bundle {
  replace(next: Bundle): void;
  /** Work that sees one bundle from its beginning to its end, whatever is loaded meanwhile. */
  within: <T>(work: () => T) => T;
}

export function livingBundle(first: Bundle): LivingBundle {
  let current = first;
  const pinned = new AsyncLocalStorage<Bundle>();
  const bundle = (): Bundle => pinned.getStore() ?? current;
  return {
    catalog: standingFor(first.catalog, () => bundle().catalog),
    policy: standingFor(first.policy, () => bundle().policy),
    replace: ({ catalog, policy }) => void (current = { catalog, policy }),
    within: (work) => pinned.run(bundle(), work),
  };
}

/** Looks like `first` and answers as whatever `current` gives at that moment. */
const standingFor = <T extends object>(first: T, current: () => T): T =>
  new Proxy(first, {
    get: (_, name): unknown => Reflect.get(current(), name),
    has: (_, name) => Reflect.has(current(), name),
    ownKeys: () => Reflect.ownKeys(current()),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(current(), name),
  });
