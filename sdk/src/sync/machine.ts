import type { Failure } from '../transport/failure.ts';

/**
 * The sync cycle: push until nothing is left, pull until nothing is left, rest.
 *
 *   stopped --started--> idle --(requested, written, due, online, visible)--> pushing --outboxEmpty--> pulling
 *                         ^                                                      |                        |
 *                         |<------------------------ pulledAll ------------------|------------------------|
 *                         |                                                      | failed                 | failed
 *                      waiting (due, requested, online, visible start again) <---+---- offline <----------+
 *
 * Pure. `runner.ts` does the effects and reports back with events; one effect is under way at a time.
 */
export type SyncState = Common & Phase;

interface Common {
  /** Starts cycles by itself. Without, only a request does. */
  readonly auto: boolean;
  readonly online: boolean;
  /** Failures in a row. */
  readonly attempt: number;
}

type Phase =
  | { readonly kind: 'stopped'; readonly reason: StopReason }
  | { readonly kind: 'idle' }
  | { readonly kind: 'pushing'; readonly again: Again }
  | { readonly kind: 'pulling'; readonly again: Again }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'offline' };

export type StopReason = 'notStarted' | 'closed' | 'revoked';

/** Why another cycle follows this one: something was written, or somebody asked and is owed a whole cycle. */
type Again = 'no' | 'written' | 'requested';

type Running = Common & Extract<Phase, { again: Again }>;

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
  | { readonly kind: 'batchSent' }
  | { readonly kind: 'outboxEmpty' }
  | { readonly kind: 'pageStored' }
  | { readonly kind: 'pulledAll' }
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
  | { readonly kind: 'poll' }
  | { readonly kind: 'backoff'; readonly attempt: number; readonly atLeast: number }
  | { readonly kind: 'slow'; readonly atLeast: number };

export interface Transition {
  readonly state: SyncState;
  readonly effects: readonly SyncEffect[];
}

export function initialState(options: { readonly auto: boolean; readonly online: boolean }): SyncState {
  return { ...options, attempt: 0, kind: 'stopped', reason: 'notStarted' };
}

export function transition<K extends SyncEvent['kind']>(
  state: SyncState,
  event: Extract<SyncEvent, { kind: K }>,
): Transition {
  const row = TABLE[state.kind] as { [E in SyncEvent['kind']]: Handler<SyncState['kind'], E> };
  return (row[event.kind] as Handler<SyncState['kind'], K>)(state, event);
}

type Handler<P extends SyncState['kind'], E extends SyncEvent['kind']> = (
  state: Common & Extract<Phase, { kind: P }>,
  event: Extract<SyncEvent, { kind: E }>,
) => Transition;

type Table = { readonly [P in SyncState['kind']]: { readonly [E in SyncEvent['kind']]: Handler<P, E> } };

const stay = (state: SyncState): Transition => ({ state, effects: [] });
const rest = ({ auto, online, attempt }: Common): Common => ({ auto, online, attempt });

const begin = (state: Common, explicit: boolean): Transition => ({
  state: { ...rest(state), kind: 'pushing', again: 'no' },
  effects: [{ kind: 'cancelTimer' }, { kind: 'beginCycle', explicit }, { kind: 'push' }],
});
const beginIfAuto = (state: SyncState): Transition => (state.auto ? begin(state, false) : stay(state));
const beginIfAble = (state: SyncState): Transition => (state.auto && state.online ? begin(state, false) : stay(state));
const beginExplicit = (state: Common): Transition => begin(state, true);

/** Nothing to do: the next look at the server is scheduled, or awaited from the network. */
const settleDown = (state: Common, delay: Delay, kind: 'idle' | 'waiting'): Transition => {
  if (!state.auto) return { state: { ...rest(state), kind: 'idle' }, effects: [] };
  if (!state.online) return { state: { ...rest(state), kind: 'offline' }, effects: [{ kind: 'cancelTimer' }] };
  return { state: { ...rest(state), kind }, effects: [{ kind: 'schedule', delay }] };
};

const setAuto = (state: SyncState, { auto }: { readonly auto: boolean }): Transition => stay({ ...state, auto });

const stop = (state: Common, { reason }: { readonly reason: StopReason }): Transition => ({
  state: { ...rest(state), kind: 'stopped', reason },
  effects: [{ kind: 'cancelTimer' }, { kind: 'halt', reason }],
});

const goOffline = (state: Common): Transition => settleDown({ ...state, online: false }, { kind: 'poll' }, 'idle');

const fail = (state: Running, { failure }: { readonly failure: Failure }): Transition => {
  const end: SyncEffect = { kind: 'endCycle', failure };
  if (failure.kind === 'revoked') {
    const stopped = stop(state, { reason: 'revoked' });
    return { ...stopped, effects: [end, ...stopped.effects, { kind: 'wipe' }] };
  }
  const next = { ...rest(state), attempt: state.attempt + 1 };
  const { state: to, effects } =
    state.again === 'requested' ? beginExplicit(next) : settleDown(next, delayAfter(failure, state.attempt), 'waiting');
  return { state: to, effects: [end, ...effects] };
};

const delayAfter = ({ kind, retryAfter }: Failure, attempt: number): Delay => {
  const atLeast = retryAfter ?? 0;
  return kind === 'transient' ? { kind: 'backoff', attempt, atLeast } : { kind: 'slow', atLeast };
};

const finish = (state: Running): Transition => {
  const fresh = { ...rest(state), attempt: 0 };
  const { state: to, effects } =
    state.again === 'requested'
      ? beginExplicit(fresh)
      : state.again === 'written' && state.auto
        ? begin(fresh, false)
        : settleDown(fresh, { kind: 'poll' }, 'idle');
  return { state: to, effects: [{ kind: 'endCycle', failure: null }, ...effects] };
};

/** What may come at any time while a cycle runs. Reports of the other half's effects can not come and change nothing. */
const DURING_CYCLE = {
  started: stay,
  autoChanged: setAuto,
  stopped: stop,
  requested: (state: Running) => stay({ ...state, again: 'requested' }),
  written: (state: Running) => stay({ ...state, again: state.again === 'requested' ? 'requested' : 'written' }),
  due: stay,
  wentOnline: (state: SyncState) => stay({ ...state, online: true }),
  wentOffline: (state: SyncState) => stay({ ...state, online: false }),
  becameVisible: stay,
  failed: fail,
} as const;

/** Reports that only a running cycle can give; after a stop they come too late and mean nothing. */
const NO_REPORTS = { batchSent: stay, outboxEmpty: stay, pageStored: stay, pulledAll: stay, failed: stay } as const;

const autoAtRest = (state: SyncState, { auto }: { readonly auto: boolean }): Transition => {
  const next = { ...state, auto };
  if (auto) return state.auto ? stay(next) : beginIfAble(next);
  return { state: next, effects: [{ kind: 'cancelTimer' }] };
};

const TABLE: Table = {
  stopped: {
    ...NO_REPORTS,
    started: (state) => {
      if (state.reason === 'revoked') return stay(state);
      const idle: SyncState = { ...rest(state), kind: 'idle' };
      return state.auto ? (state.online ? begin(idle, false) : stay({ ...idle, kind: 'offline' })) : stay(idle);
    },
    autoChanged: setAuto,
    stopped: (state, { reason }) => stay({ ...state, reason: state.reason === 'revoked' ? 'revoked' : reason }),
    requested: (state) => ({ state, effects: [{ kind: 'halt', reason: state.reason }] }),
    written: stay,
    due: stay,
    wentOnline: (state) => stay({ ...state, online: true }),
    wentOffline: (state) => stay({ ...state, online: false }),
    becameVisible: stay,
  },
  idle: {
    ...NO_REPORTS,
    started: stay,
    autoChanged: autoAtRest,
    stopped: stop,
    requested: beginExplicit,
    written: beginIfAble,
    due: beginIfAuto,
    wentOnline: (state) => beginIfAuto({ ...state, online: true }),
    wentOffline: goOffline,
    becameVisible: beginIfAble,
  },
  pushing: {
    ...DURING_CYCLE,
    batchSent: (state) => ({ state, effects: [{ kind: 'push' }] }),
    outboxEmpty: (state) => ({ state: { ...state, kind: 'pulling' }, effects: [{ kind: 'pull' }] }),
    pageStored: stay,
    pulledAll: stay,
  },
  pulling: {
    ...DURING_CYCLE,
    batchSent: stay,
    outboxEmpty: stay,
    pageStored: (state) => ({ state, effects: [{ kind: 'pull' }] }),
    pulledAll: finish,
  },
  waiting: {
    ...NO_REPORTS,
    started: stay,
    autoChanged: autoAtRest,
    stopped: stop,
    requested: beginExplicit,
    // The timer is set; writing more does not make the server come back sooner.
    written: stay,
    due: beginIfAuto,
    wentOnline: (state) => beginIfAuto({ ...state, online: true }),
    wentOffline: goOffline,
    becameVisible: beginIfAble,
  },
  offline: {
    ...NO_REPORTS,
    started: stay,
    autoChanged: autoAtRest,
    stopped: stop,
    // Somebody asks, and the platform may be wrong about the network.
    requested: beginExplicit,
    written: stay,
    due: stay,
    wentOnline: (state) =>
      state.auto ? begin({ ...state, online: true }, false) : stay({ ...state, online: true, kind: 'idle' }),
    wentOffline: stay,
    becameVisible: stay,
  },
};
