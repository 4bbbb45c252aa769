import type { Activities } from './contract';
import { assigning } from './assigning';
import { being } from './away';
import { breakGlass } from './break-glass';
import { calling } from './calling';
import { closingAlarms } from './closing-alarms';
import { cutting } from './cutting';
import { deciding } from './deciding';
import type { ActivityDeps } from './deps';
import { ending } from './ending';
import { explaining } from './explaining';
import { minting } from './minting';
import { revoking } from './revoking';
import { observing } from './observing';
import { paging } from './paging';
import { telling } from './telling';
import { comparing } from './comparing';
import { comparingHolders } from './holders';
import { quarantining } from './quarantining';
import { sweeping } from './sweeping';
import { valve } from './valve';
import { watching } from './watching';

export type { ActivityDeps } from './deps';

/** All activities over the given ports. */
export const createActivities = (deps: ActivityDeps): Activities => ({
  ...deciding(deps),
  ...explaining(deps),
  ...calling(deps),
  ...being(deps),
  ...minting(deps),
  ...ending(deps),
  ...observing(deps),
  ...revoking(deps),
  ...valve(deps),
  ...assigning(deps),
  ...cutting(deps),
  ...telling(deps),
  ...breakGlass(deps),
  ...paging(deps),
  ...comparing(deps),
  ...comparingHolders(deps),
  ...quarantining(deps),
  ...sweeping(deps),
  ...closingAlarms(deps),
  ...watching(deps),
});
