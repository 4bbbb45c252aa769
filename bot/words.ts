/** Sentences to one person alone, where no reply of the desk says it better. */
export const WORDS = {
  failed:
    'Curfew could not do this just now. Nothing you typed is lost: please try again in a moment.',
  slow: 'Curfew does not answer in time. Nothing you typed is lost: press the button again; it stays the same request.',
  unknown: 'This belongs to an older version of Curfew and does nothing any more.',
  engineDown:
    'Curfew cannot be reached just now. Nothing you typed is lost: press the button again; it stays the same request.',
  staleButton:
    'This button is out of date or was changed, so nothing happened. Look for the newest message about the request.',
  requestHelp: [
    '/request-access alone opens the form.',
    '/request-access prod-admin 1h INC-42 failover is stuck – asks at once: role, how long, ticket, and why. How long and the ticket may be left out.',
    '/request-access --break-glass prod-admin 30m the database is down – for emergencies: fills the form in, and everybody is told.',
    'Whatever is missing or unclear opens the form with what you typed.',
  ],
  mayBeAsked:
    'It may have been asked all the same: look for a message from Curfew before you type it again.',
  breakGlassForm:
    'Break-glass is for emergencies: everybody is told at once, and somebody must review it afterwards.',
  notExtendable:
    'This access is not live any more, so there is nothing to extend. Ask with /request-access.',
  nothingToExplain: 'There is no such request on record any more, so there is nothing to explain.',
  pressAgain: 'You may press it again: it counts once.',
  notYourRequest: 'Only whoever asked can ask again with this. Ask with /request-access.',
  forgottenRequest: 'What was asked then is not kept any more: please fill in the form.',
  notYours: 'Only the person who was given this access can do that.',
  quarantineOver: 'This is over: the message says how it ended. Ask with /request-access.',
  keptByHolder: 'Only whoever holds this access can ask to keep it, with Keep or /request-access.',
  keepForm:
    'An ordinary request: decided by the same rules, and it ends. What you hold is removed at its deadline, also while this waits.',
  notLive: 'This access is not live, so there is nothing to connect.',
  nothingToConfirm: 'No terminal is waiting for your confirmation. Press Connect for a new code.',
  otherWords:
    'These are not the words of the terminal that is waiting now, so nothing was confirmed.',
  connected: 'Connected. The line that your terminal printed signs you in until the access ends.',
  forgotten:
    'That terminal was forgotten and got nothing. Somebody else had your code: tell your security team, and press Connect for a new one.',
  homeDown:
    'Your access cannot be shown just now: Curfew cannot be reached. Open this tab again in a moment.',
} as const;

/** The reason on record for buttons that ask for none. */
export const STOP_REASONS = {
  withdraw: 'Withdrawn by the requester',
  end: 'Ended by its holder',
} as const;
