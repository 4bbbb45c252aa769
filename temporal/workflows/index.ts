export { accessRequest } from './access-request';
export { breakGlassReview } from './break-glass-review';
export { revocationList } from './revocation-list';
