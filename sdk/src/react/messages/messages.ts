import type { Channel } from '@backhaul/shared';
import type { BackhaulErrorCode } from '../../errors.ts';
import type { InspectedChange } from '../../inspect/inspection.ts';
import type { AskedSend } from '../../sends/asked-send.ts';

/** What the parts say. An app in another language, or with other words, passes its own to the provider. */
export interface Messages {
  /** Of the language, for dates and numbers: `en`. */
  readonly language: string;

  readonly synced: string;
  readonly offline: string;
  readonly waiting: (changes: number) => string;
  /** All that waits is what only a newer service takes. */
  readonly waitingForServer: (changes: number) => string;
  readonly offlineWaiting: (changes: number) => string;
  /** Besides changes, or when none waits: files, and messages to customers. One of them is not 0. */
  readonly othersWaiting: (files: number, messages: number) => string;
  readonly sending: (changes: number) => string;
  readonly syncing: string;
  readonly fetching: string;
  /** Of the last cycle, where there is something to say about its code; the code may be one of a newer service. */
  readonly trouble: (code: string) => string;
  readonly revoked: string;

  /** At a record with changes that have not been acknowledged. */
  readonly notSentYet: string;
  /** At a record, or for all of them. */
  readonly conflicts: (count: number) => string;

  readonly refused: (count: number) => string;
  readonly deleteRefused: string;
  readonly createOrEditRefused: string;
  /** Why, as far as a code says it; where it is missing, the service's own sentence is shown. */
  readonly reasons: { readonly [Code in BackhaulErrorCode]?: string };
  readonly edit: string;
  readonly cancel: string;
  readonly retry: string;
  readonly discard: string;
  readonly confirmDiscard: string;
  readonly discardForGood: string;
  readonly keep: string;
  readonly retried: (record: string) => string;
  readonly discarded: (record: string) => string;
  readonly didNotWork: (reason: string) => string;

  /** Of messages to customers: those that wait and those that were refused together. */
  readonly messagesNotSent: (count: number) => string;
  readonly messageRetried: (record: string) => string;
  /** After a colon. */
  readonly sendStates: { readonly [State in AskedSend['state']]: string };
  /** As `reasons`. */
  readonly sendReasons: { readonly [Code in BackhaulErrorCode]?: string };
  readonly channels: { readonly [C in Channel]: string };
  readonly confirmDiscardMessage: string;

  /** Where the upload of a file stands. */
  readonly fileWaiting: string;
  readonly fileSending: (percent: number) => string;
  readonly fileRefused: (reason: string) => string;
  readonly inspector: InspectorMessages;

  readonly yes: string;
  readonly no: string;
  readonly nothing: string;
}

/** Of the panel that looks into the sync. */
export interface InspectorMessages {
  readonly title: string;
  readonly refresh: string;
  readonly export: string;
  readonly phase: string;
  readonly leads: string;
  readonly live: string;
  readonly pending: string;
  readonly refusedChanges: string;
  /** Files and messages to customers: those that wait, and those that were refused. */
  readonly files: string;
  readonly messages: string;
  readonly waitingAndRefused: (waiting: number, refused: number) => string;
  readonly error: string;
  readonly cursor: string;
  readonly clockOffset: string;
  readonly storage: string;
  readonly versions: string;
  readonly device: string;
  readonly nothingWaits: string;
  readonly waits: string;
  readonly change: string;
  readonly deletion: string;
  readonly state: string;
  readonly states: { readonly [State in InspectedChange['state']]: string };
  readonly age: string;
  readonly cycles: string;
  readonly began: string;
  readonly took: string;
  readonly underWay: string;
  readonly sent: string;
  readonly received: string;
}
