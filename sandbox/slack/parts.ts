import type { Activity } from './activity';
import type { Deliveries } from './deliveries';
import type { Journal } from './journal';
import type { MessageStore } from './message-store';
import type { ResponseUrls } from './response-urls';
import type { Shown } from './shown';
import type { Triggers } from './triggers';
import type { ViewStore } from './view-store';
import type { Workspace } from './workspace';

/** A slash command, as the app's manifest declares it. */
export interface Command {
  command: string;
  description: string;
  hint: string;
  /** Whether names among its words are sent as ids, and the rest escaped (`should_escape`). */
  escape?: boolean;
}

/** What the acts of people work on. */
export interface Parts {
  workspace: Workspace;
  messages: MessageStore;
  views: ViewStore;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  deliveries: Deliveries;
  journal: Journal;
  activity: Activity;
  shown: Shown;
  commands: readonly Command[];
}
