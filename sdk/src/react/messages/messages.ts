import type { BackhaulErrorCode } from '../../errors.ts';

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

  /** Where the upload of a file stands. */
  readonly fileWaiting: string;
  readonly fileSending: (percent: number) => string;
  readonly fileRefused: (reason: string) => string;

  readonly yes: string;
  readonly no: string;
  readonly nothing: string;
}
