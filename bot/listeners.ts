import type { App } from '@slack/bolt';
import { again } from './actions/again';
import { approve } from './actions/approve';
import { approveForLess } from './actions/approve-for-less';
import { confirmWords } from './actions/confirm-words';
import { connect } from './actions/connect';
import { deny } from './actions/deny';
import { details } from './actions/details';
import { extend } from './actions/extend';
import { endNow } from './actions/end-now';
import { justified } from './actions/justified';
import { notJustified } from './actions/not-justified';
import { keep } from './actions/keep';
import { nudge } from './actions/nudge';
import { rejectWords } from './actions/reject-words';
import { removeNow } from './actions/remove-now';
import { signIn } from './actions/sign-in';
import { withdraw } from './actions/withdraw';
import { access } from './commands/access';
import { requestAccess } from './commands/request-access';
import { revoke } from './commands/revoke';
import { appHome } from './events/app-home';
import type { Front } from './front';
import { grantMenu } from './options/grant';
import { roleMenu } from './options/role';
import { cutSubmitted } from './views/cut-form';
import { denyReason } from './views/deny-reason';
import { extendSubmitted } from './views/extend-form';
import { lessSubmitted } from './views/less-form';
import { notJustifiedNote } from './views/not-justified-note';
import { requestSubmitted } from './views/request-form';
import { revokeSubmitted } from './views/revoke-form';

const LISTENERS: readonly ((app: App, front: Front) => void)[] = [
  requestAccess,
  revoke,
  access,
  roleMenu,
  grantMenu,
  requestSubmitted,
  extendSubmitted,
  lessSubmitted,
  denyReason,
  notJustifiedNote,
  revokeSubmitted,
  cutSubmitted,
  again,
  approve,
  approveForLess,
  deny,
  details,
  nudge,
  withdraw,
  endNow,
  extend,
  connect,
  confirmWords,
  rejectWords,
  justified,
  notJustified,
  removeNow,
  keep,
  signIn,
  appHome,
];

/** Everything Slack may send us and be heard. */
export const listen = (app: App, front: Front): void => {
  for (const listener of LISTENERS) listener(app, front);
};
