export { accessRequest } from './access-request';
export { assignments } from './assignments';
export { breakGlassReview } from './break-glass-review';
export { drift } from './drift';
export { massCut } from './mass-cut';
export { revocationList } from './revocation-list';
export { sweepGrant } from './sweep-grant';
export { watchPeople } from './watch-people';
