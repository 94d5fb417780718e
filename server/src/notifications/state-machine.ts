import type { NotificationState } from '@backhaul/db';
import type { NotificationStatus } from '@backhaul/shared';

/**
 * The life of one message to a customer. Pure; what happens outside is told to it as an event.
 *
 *   queued --claimed--> sending --accepted--> sent --reportedDelivered--> delivered
 *     ^ |                  |  |                  `--reportedFailed--> undelivered <--reportedFailed-- delivered
 *     | `--superseded--> refused
 *     `------deferred------'  |--refused--> refused
 *                             `--uncertain, lost--> unknown --found, settledSent--> sent
 *                                                       `--settledFailed--> refused
 *
 * What may have been accepted never comes back to `queued`: only an answer that says it was not accepted leads there. Reports
 * of the provider prove that it was accepted, whatever the service knew; they move a message forward only, so that their
 * order does not matter: sent, then delivered, then undelivered (a bounce may follow a delivery).
 */
export type NotificationEvent =
  /** A worker takes it in hand, and is about to hand it to the provider. */
  | 'claimed'
  /** The provider answered that it has it. */
  | 'accepted'
  /** The provider, or a rule of this service, said that it will not be sent, ever. */
  | 'refused'
  /** It was certainly not accepted, and may be the next time. */
  | 'deferred'
  /** It was handed over, and no answer came. */
  | 'uncertain'
  /** The worker that had it in hand has not answered in time: it was killed, or is cut off. */
  | 'lost'
  /** The provider, asked for it, has it. */
  | 'found'
  | 'reportedSent'
  | 'reportedDelivered'
  | 'reportedFailed'
  /** A human knows what became of it. */
  | 'settledSent'
  | 'settledFailed'
  /** Something else was asked for since: a newer version of what it says, or another message through its channel. */
  | 'superseded';

/** Every cell is decided: a state or an event that is added does not compile until its row or column is. */
type Table = { readonly [S in NotificationState]: { readonly [E in NotificationEvent]: NotificationState } };

const TRANSITIONS: Table = {
  queued: {
    claimed: 'sending',
    accepted: 'sent',
    refused: 'refused',
    deferred: 'queued',
    uncertain: 'unknown',
    lost: 'queued',
    found: 'sent',
    reportedSent: 'sent',
    reportedDelivered: 'delivered',
    reportedFailed: 'undelivered',
    settledSent: 'queued',
    settledFailed: 'queued',
    superseded: 'refused',
  },
  sending: {
    claimed: 'sending',
    accepted: 'sent',
    refused: 'refused',
    deferred: 'queued',
    uncertain: 'unknown',
    lost: 'unknown',
    found: 'sent',
    reportedSent: 'sent',
    reportedDelivered: 'delivered',
    reportedFailed: 'undelivered',
    settledSent: 'sending',
    settledFailed: 'sending',
    superseded: 'sending',
  },
  // An answer may come after the wait for it was given up: it counts.
  unknown: {
    claimed: 'unknown',
    accepted: 'sent',
    refused: 'refused',
    deferred: 'queued',
    uncertain: 'unknown',
    lost: 'unknown',
    found: 'sent',
    reportedSent: 'sent',
    reportedDelivered: 'delivered',
    reportedFailed: 'undelivered',
    settledSent: 'sent',
    settledFailed: 'refused',
    superseded: 'unknown',
  },
  sent: {
    claimed: 'sent',
    accepted: 'sent',
    refused: 'sent',
    deferred: 'sent',
    uncertain: 'sent',
    lost: 'sent',
    found: 'sent',
    reportedSent: 'sent',
    reportedDelivered: 'delivered',
    reportedFailed: 'undelivered',
    settledSent: 'sent',
    settledFailed: 'sent',
    superseded: 'sent',
  },
  delivered: {
    claimed: 'delivered',
    accepted: 'delivered',
    refused: 'delivered',
    deferred: 'delivered',
    uncertain: 'delivered',
    lost: 'delivered',
    found: 'delivered',
    reportedSent: 'delivered',
    reportedDelivered: 'delivered',
    reportedFailed: 'undelivered',
    settledSent: 'delivered',
    settledFailed: 'delivered',
    superseded: 'delivered',
  },
  // A human's word that it did not go out yields to proof that it did.
  refused: {
    claimed: 'refused',
    accepted: 'sent',
    refused: 'refused',
    deferred: 'refused',
    uncertain: 'refused',
    lost: 'refused',
    found: 'sent',
    reportedSent: 'sent',
    reportedDelivered: 'delivered',
    reportedFailed: 'undelivered',
    settledSent: 'refused',
    settledFailed: 'refused',
    superseded: 'refused',
  },
  undelivered: {
    claimed: 'undelivered',
    accepted: 'undelivered',
    refused: 'undelivered',
    deferred: 'undelivered',
    uncertain: 'undelivered',
    lost: 'undelivered',
    found: 'undelivered',
    reportedSent: 'undelivered',
    reportedDelivered: 'undelivered',
    reportedFailed: 'undelivered',
    settledSent: 'undelivered',
    settledFailed: 'undelivered',
    superseded: 'undelivered',
  },
};

export function nextState(state: NotificationState, event: NotificationEvent): NotificationState {
  return TRANSITIONS[state][event];
}

/** As it is told outside: whether it was refused or came back makes no difference to what a human does. */
export function statusOf(state: NotificationState): NotificationStatus {
  return state === 'refused' || state === 'undelivered' ? 'failed' : state;
}

/** Whether it is certain that the customer does not have it. */
export function isUnsent(state: NotificationState): boolean {
  return state === 'queued' || statusOf(state) === 'failed';
}

export function statesOf(status: NotificationStatus): readonly NotificationState[] {
  return status === 'failed' ? ['refused', 'undelivered'] : [status];
}
