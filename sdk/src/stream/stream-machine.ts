import type { Failure } from '../transport/failure.ts';

/**
 * The live stream: open while the app is looked at and this tab leads, opened again when it is lost.
 *
 *   off --synced, if wanted--> opening --opened--> live
 *    ^                          ^    |               |
 *    |                       due|    |failed         |closed, failed, silent
 *    |                          |    v               |
 *    |<------unwanted--------- waiting <-------------|
 *
 * From `off` it waits for a whole cycle: a pull is the shortest way to a cursor worth listening from. Pure, like the machine of
 * the cycle. `stream-runner.ts` reads a stream while the state is `opening` or `live`, and keeps the time that a state may last.
 */
export type StreamState = Common &
  (
    | { readonly kind: 'off' }
    | { readonly kind: 'opening' }
    /** Silence ends it. */
    | { readonly kind: 'live' }
    /** `due` ends it. */
    | { readonly kind: 'waiting'; readonly delay: StreamDelay }
  );

interface Common {
  readonly wanted: boolean;
  /** Streams in a row that were not to be had, or did not live until their first heartbeat. */
  readonly attempt: number;
}

export type StreamDelay =
  | { readonly kind: 'backoff'; readonly attempt: number; readonly atLeast: number }
  | { readonly kind: 'slow'; readonly atLeast: number }
  /** Streams are not served here. That may change, but not soon. */
  | { readonly kind: 'rare' };

export type StreamEvent =
  /** This tab leads, the app is visible, there is a network, and sync is not stopped. */
  | { readonly kind: 'wanted' }
  | { readonly kind: 'unwanted' }
  /** A cycle has ended well: the device has a cursor. */
  | { readonly kind: 'synced' }
  /** It was to be opened, but the device has no cursor, or a resync is on its way. */
  | { readonly kind: 'notReady' }
  /** The first bytes have come. */
  | { readonly kind: 'opened' }
  | { readonly kind: 'heartbeat' }
  /** Nothing was heard for too long. */
  | { readonly kind: 'silent' }
  /** The server has ended it. */
  | { readonly kind: 'closed' }
  /** It was refused, or broke. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'due' };

export type StreamEffect =
  /** There is something that only a pull can settle. */
  { readonly kind: 'pull' } | { readonly kind: 'revoke'; readonly failure: Failure };

export interface StreamTransition {
  readonly state: StreamState;
  readonly effects: readonly StreamEffect[];
}

export const noStream: StreamState = { kind: 'off', wanted: false, attempt: 0 };

export function streamTransition<K extends StreamEvent['kind']>(
  state: StreamState,
  event: Extract<StreamEvent, { kind: K }>,
): StreamTransition {
  const row = TABLE[state.kind] as { [E in StreamEvent['kind']]: Handler<E> };
  return (row[event.kind] as Handler<K>)(state, event);
}

type Handler<E extends StreamEvent['kind']> = (
  state: StreamState,
  event: Extract<StreamEvent, { kind: E }>,
) => StreamTransition;

type Table = { readonly [P in StreamState['kind']]: { readonly [E in StreamEvent['kind']]: Handler<E> } };

const to = (state: StreamState, ...effects: StreamEffect[]): StreamTransition => ({ state, effects });
const stay = (state: StreamState): StreamTransition => to(state);
const off =
  (wanted: boolean) =>
  ({ attempt }: StreamState): StreamTransition =>
    to({ kind: 'off', wanted, attempt });
const open = ({ wanted, attempt }: StreamState): StreamTransition => to({ kind: 'opening', wanted, attempt });
const wait = ({ wanted, attempt }: StreamState, delay: StreamDelay, ...effects: StreamEffect[]): StreamTransition =>
  to({ kind: 'waiting', wanted, attempt: attempt + 1, delay }, ...effects);
const lose = (state: StreamState): StreamTransition =>
  wait(state, { kind: 'backoff', attempt: state.attempt, atLeast: 0 });

const fail = (state: StreamState, { failure }: { readonly failure: Failure }): StreamTransition => {
  if (failure.kind === 'revoked') return to({ kind: 'off', wanted: false, attempt: 0 }, { kind: 'revoke', failure });
  if (isUnserved(failure)) return wait(state, { kind: 'rare' });
  const atLeast = failure.retryAfter ?? 0;
  const soon = { kind: 'backoff', attempt: state.attempt, atLeast } as const;
  switch (failure.kind) {
    case 'transient':
      return wait(state, soon);
    // The cycle has the answers to these: it begins again, or asks rarely and shows why.
    case 'resync':
      return wait(state, soon, PULL);
    case 'slow':
      return wait(state, { kind: 'slow', atLeast }, PULL);
  }
};

const PULL: StreamEffect = { kind: 'pull' };

/** This deployment, an older service, or what lies between serves no streams. */
function isUnserved({ code, status }: Failure): boolean {
  return code === 'STREAM_UNSUPPORTED' || (code === 'NOT_FOUND' && status === 404) || status === 405;
}

/** Nothing is being read: what a reading still tells comes too late. */
const UNREAD = {
  synced: stay,
  notReady: stay,
  opened: stay,
  heartbeat: stay,
  silent: stay,
  closed: stay,
  failed: stay,
  due: stay,
  unwanted: off(false),
} as const;

const READ = { ...UNREAD, wanted: stay, closed: lose, failed: fail } as const;

const TABLE: Table = {
  off: { ...UNREAD, wanted: off(true), synced: (state) => (state.wanted ? open(state) : stay(state)) },
  opening: {
    ...READ,
    notReady: (state) => off(state.wanted)(state),
    opened: ({ wanted, attempt }) => to({ kind: 'live', wanted, attempt }),
  },
  live: { ...READ, heartbeat: (state) => to({ ...state, attempt: 0 }), silent: lose },
  waiting: { ...UNREAD, wanted: stay, due: open },
};
