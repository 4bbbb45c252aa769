import { ada, ben, leaver, nobody, twice } from '../support/assignment-people';
import { inMemoryAssignments } from '../support/in-memory-assignments';
import { assignmentsContract, type AssignmentsBench } from './assignments';

const memory =
  (options: { survivesMs: number; fenced?: boolean }) => async (): Promise<AssignmentsBench> => {
    const people = [ada, ben, leaver, twice, { ...twice, id: '00utwin' }];
    const assignments = inMemoryAssignments(people, options);
    let made = 0;
    return {
      assignments,
      ada,
      ben,
      leaver,
      twice,
      nobody,
      newTarget: async () => ({
        arn: `arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-${(made += 1)}`,
        accountId: '111111111111',
        region: 'eu-central-1',
      }),
      giveByHand: async (target, person) => assignments.giveByHand(target, person),
      crowd: async (target, count) => {
        for (let nth = 0; nth < count; nth += 1)
          assignments.giveByHand(target, { id: `00u${nth}`, emails: [] });
        return count;
      },
      deletePerson: async (person) => assignments.deletePerson(person),
      failNextRemoval: async () => assignments.failNext('remove'),
      fences: async (target) => assignments.fencesOf(target),
      close: async () => undefined,
    };
  };

assignmentsContract('memory', memory({ survivesMs: 3_600_000 }));
assignmentsContract('memory without fences', memory({ survivesMs: 3_600_000, fenced: false }), {
  fenced: false,
});
