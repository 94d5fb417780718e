import type { Failure } from '../transport/failure.ts';

/** Where the sync cycle stands, what can happen to it, and what it wants done. `machine.ts` says which follows which. */
export type SyncState = Common & Phase;

export interface Common {
  /** Starts cycles by itself. Without, only a request does. */
  readonly auto: boolean;
  readonly online: boolean;
  /** Failures in a row. */
  readonly attempt: number;
  /** A stream brings the news. */
  readonly live: boolean;
  /** Pulls in a row that brought nothing. */
  readonly quiet: number;
}

export type Phase =
  | { readonly kind: 'stopped'; readonly reason: StopReason }
  | { readonly kind: 'idle' }
  | { readonly kind: 'pushing'; readonly again: Again; readonly pull: 'owed' | 'streamed' }
  | { readonly kind: 'pulling'; readonly again: Again }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'offline' };

export type StopReason = 'notStarted' | 'closed' | 'revoked';

/** Why another cycle follows this one: something was written, there is news, or somebody asked and is owed a whole cycle. */
export type Again = 'no' | 'written' | 'poked' | 'requested';

export type Running = Common & Extract<Phase, { again: Again }>;

export type SyncEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'autoChanged'; readonly auto: boolean }
  | { readonly kind: 'stopped'; readonly reason: StopReason }
  | { readonly kind: 'requested' }
  | { readonly kind: 'written' }
  | { readonly kind: 'due' }
  | { readonly kind: 'wentOnline' }
  | { readonly kind: 'wentOffline' }
  | { readonly kind: 'becameVisible' }
  /** A stream was opened, or lost. */
  | { readonly kind: 'liveChanged'; readonly live: boolean }
  /** There is news that only a pull can bring. */
  | { readonly kind: 'poked' }
  /** The stream says that this device may not sync any more. */
  | { readonly kind: 'revoked'; readonly failure: Failure }
  | { readonly kind: 'batchSent' }
  | { readonly kind: 'outboxEmpty' }
  | { readonly kind: 'pageStored' }
  | { readonly kind: 'pulledAll'; readonly changed: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type SyncEffect =
  | { readonly kind: 'beginCycle'; readonly explicit: boolean }
  | { readonly kind: 'push' }
  | { readonly kind: 'pull' }
  | { readonly kind: 'endCycle'; readonly failure: Failure | null }
  /** Calls `due`; there is one timer. */
  | { readonly kind: 'schedule'; readonly delay: Delay }
  | { readonly kind: 'cancelTimer' }
  /** The machine has stopped: abort what is under way, answer whoever waits. */
  | { readonly kind: 'halt'; readonly reason: StopReason }
  | { readonly kind: 'wipe' };

export type Delay =
  | { readonly kind: 'poll'; readonly live: boolean; readonly quiet: number }
  | { readonly kind: 'backoff'; readonly attempt: number; readonly atLeast: number }
  | { readonly kind: 'slow'; readonly atLeast: number };
