import {
  App,
  type AppOptions,
  HTTPReceiver,
  type ReceiverEvent,
  SocketModeReceiver,
} from '@slack/bolt';
import type { Front } from './front';
import { guarded } from './guard';
import { createInFlight, type InFlight } from './in-flight';
import { createRepeats } from './repeats';
import {
  clientOptions,
  type SlackEndpoint,
  slackLogger,
  socketClientOptions,
} from './slack-client';

export type Transport =
  | { kind: 'socket'; appToken: string }
  | { kind: 'http'; signingSecret: string };

// A modal must open within three seconds of the click, so a slower answer is of no use.
const ANSWER_TIMEOUT_MS = 2800;

/** Bolt's App, with one gate that every delivery of either transport passes. */
class GuardedApp extends App {
  readonly inFlight: InFlight = createInFlight();
  front: Front | undefined;
  private readonly isRepeat = createRepeats();

  override processEvent(event: ReceiverEvent): Promise<void> {
    if (this.isRepeat(event.body)) return event.ack();
    return this.inFlight.run(() =>
      guarded(
        () => this.frontOrThrow(),
        event,
        (guardedEvent) => super.processEvent(guardedEvent),
      ),
    );
  }

  private frontOrThrow(): Front {
    if (this.front === undefined) throw new Error('a delivery came before the listeners');
    return this.front;
  }
}

/** An App that is not yet started and has no listeners. */
export function createApp(
  settings: { botToken: string; endpoint: SlackEndpoint; transport: Transport },
  log: Front['log'],
): { app: GuardedApp; receiver: SocketModeReceiver | HTTPReceiver } {
  const logger = slackLogger(log);
  const receiver = receiverFor(settings, logger);
  const app = new GuardedApp({
    token: settings.botToken,
    receiver,
    clientOptions: clientOptions(settings.endpoint, ANSWER_TIMEOUT_MS, logger),
    logger,
    convoStore: false,
    // Else the first command would wait for auth.test.
    deferInitialization: true,
  });
  // The gate logs and answers; Bolt's own handler would log what the listener's error quotes.
  app.error((error) => Promise.reject(error));
  return { app, receiver };
}

function receiverFor(
  { endpoint, transport }: { endpoint: SlackEndpoint; transport: Transport },
  logger: NonNullable<AppOptions['logger']>,
): SocketModeReceiver | HTTPReceiver {
  switch (transport.kind) {
    case 'socket':
      return new SocketModeReceiver({
        appToken: transport.appToken,
        logger,
        // Without these the receiver would call the real Slack, whatever the App was told.
        installerOptions: { clientOptions: socketClientOptions(endpoint, logger) },
      });
    case 'http':
      return new HTTPReceiver({ signingSecret: transport.signingSecret, logger });
  }
}
