import { expect, test } from '@jest/globals';
import type { GrantMechanism } from '../../access/catalog';
import { Refused } from '../../access/refused';
import type { ActivityDeps } from '../../temporal/activities/deps';
import { factsOf } from '../../temporal/activities/facts';
import { EXAMPLE_ROLES, exampleCatalog } from '../support/example-catalog';

test.each<[GrantMechanism]>([['permission-set'], ['group']])(
  'a role whose mechanism is not set up is refused before anybody is asked: %s',
  async (mechanism) => {
    const [first] = EXAMPLE_ROLES;
    const deps = {
      catalog: exampleCatalog([{ ...first!, mechanism }]),
      assignments: {},
      edge: { verify: async () => ({ request: { role: first!.id } }) },
    } as unknown as ActivityDeps;
    const refused = factsOf(deps, 'a seal');
    await expect(refused).rejects.toThrow(Refused);
    await expect(refused).rejects.toThrow(
      new RegExp(`is a ${mechanism}, and Curfew is not set up`),
    );
  },
);
