import { expect, test } from '@jest/globals';
import type { GrantMechanism } from '../../access/catalog';
import { Refused } from '../../access/refused';
import { grantableRole } from '../../temporal/activities/facts';
import { EXAMPLE_ROLES, exampleCatalog } from '../support/example-catalog';

test.each<[GrantMechanism]>([['permission-set'], ['group']])(
  'a role whose mechanism is not set up is refused before anybody is asked: %s',
  (mechanism) => {
    const [first] = EXAMPLE_ROLES;
    const deps = { catalog: exampleCatalog([{ ...first!, mechanism }]), assignments: {} };
    expect(() => grantableRole(deps, first!.id)).toThrow(
      new Refused(
        `${first!.title} is a ${mechanism}, and Curfew is not set up to hand one out.`,
        'Ask an administrator to set it up.',
      ),
    );
  },
);
