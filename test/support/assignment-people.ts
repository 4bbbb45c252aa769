import type { Holder } from '../../access/assignments';
import type { Person } from '../../access/person';

/** Two people whom the other side knows, one it does not, and one it knows twice. */
export const ada: Holder = { id: '00uada', emails: ['ada@curfew.example'] };
export const ben: Holder = { id: '00uben', emails: ['Ben@curfew.example'] };
/** Known there, until a test deletes them. */
export const leaver: Holder = { id: '00uleaver', emails: ['leaver@curfew.example'] };
export const nobody: Holder = { id: '00unobody', emails: ['nobody@curfew.example'] };
export const twice: Holder = {
  id: '00utwice',
  emails: ['twice@curfew.example', 'twice@old.example'],
};

export const personOf = ({ id, emails }: Holder): Person => ({
  id,
  emails,
  name: id,
  groups: [],
  active: true,
});
