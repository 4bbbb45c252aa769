export { accessRequest } from './access-request';
export { breakGlassReview } from './break-glass-review';
export { massCut } from './mass-cut';
export { revocationList } from './revocation-list';
export { watchPeople } from './watch-people';
