import { oktaGroupsBench } from '../support/okta-groups-bench';
import { assignmentsContract } from './assignments';

// Okta answers at once: there is nothing that could be reported as failed afterwards.
assignmentsContract('groups of Okta (its SDK against the stand-in)', oktaGroupsBench, {
  fenced: false,
  fails: false,
});
