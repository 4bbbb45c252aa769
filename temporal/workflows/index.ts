export { accessRequest } from './access-request';
export { revocationList } from './revocation-list';
