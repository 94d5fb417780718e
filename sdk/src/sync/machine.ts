import type { Failure } from '../transport/failure.ts';
import type {
  Again,
  Common,
  Delay,
  Phase,
  Running,
  StopReason,
  SyncEffect,
  SyncEvent,
  SyncState,
} from './sync-state.ts';

/**
 * The sync cycle: push until nothing is left, pull until nothing is left, rest.
 *
 *   stopped --started--> idle --(requested, written, due, online, visible)--> pushing --outboxEmpty--> pulling
 *                         ^                                                      |                        |
 *                         |<------------------------ pulledAll ------------------|------------------------|
 *                         |                                                      | failed                 | failed
 *                      waiting (due, requested, online, visible start again) <---+---- offline <----------+
 *
 * While a stream is live, a cycle that only a write began ends when the outbox is empty: what it wrote comes back by the stream.
 *
 * Pure. `runner.ts` does the effects and reports back with events; one effect is under way at a time.
 */
export interface Transition {
  readonly state: SyncState;
  readonly effects: readonly SyncEffect[];
}

export function initialState(options: { readonly auto: boolean; readonly online: boolean }): SyncState {
  return { ...options, attempt: 0, live: false, quiet: 0, kind: 'stopped', reason: 'notStarted' };
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
const rest = ({ auto, online, attempt, live, quiet }: Common): Common => ({ auto, online, attempt, live, quiet });

type Beginning = 'requested' | 'written' | 'byItself';

const begin = (state: Common, why: Beginning): Transition => ({
  state: { ...rest(state), kind: 'pushing', again: 'no', pull: why === 'written' ? 'streamed' : 'owed' },
  effects: [{ kind: 'cancelTimer' }, { kind: 'beginCycle', explicit: why === 'requested' }, { kind: 'push' }],
});
const beginIfAuto = (state: SyncState): Transition => (state.auto ? begin(state, 'byItself') : stay(state));
const beginIfAble = (state: SyncState): Transition => (state.online ? beginIfAuto(state) : stay(state));
const beginExplicit = (state: Common): Transition => begin(state, 'requested');
const beginWritten = (state: SyncState): Transition =>
  state.auto && state.online ? begin(state, 'written') : stay(state);
/** Somebody looks: what changes should show soon. */
const beginSeen = (state: SyncState): Transition => beginIfAble({ ...state, quiet: 0 });

const poll = ({ live, quiet }: Common): Delay => ({ kind: 'poll', live, quiet });

/** Nothing to do: the next look at the server is scheduled, or awaited from the network. */
const settleDown = (state: Common, kind: 'idle' | 'waiting', delay: Delay = poll(state)): Transition => {
  if (!state.auto) return { state: { ...rest(state), kind: 'idle' }, effects: [] };
  if (!state.online) return { state: { ...rest(state), kind: 'offline' }, effects: [{ kind: 'cancelTimer' }] };
  return { state: { ...rest(state), kind }, effects: [{ kind: 'schedule', delay }] };
};

const setAuto = (state: SyncState, { auto }: { readonly auto: boolean }): Transition => stay({ ...state, auto });

const stop = (state: Common, { reason }: { readonly reason: StopReason }): Transition => ({
  state: { ...rest(state), kind: 'stopped', reason },
  effects: [{ kind: 'cancelTimer' }, { kind: 'halt', reason }],
});

const goOffline = (state: Common): Transition => settleDown({ ...state, online: false }, 'idle');

const revoke = (state: Common, { failure }: { readonly failure: Failure }): Transition => {
  const stopped = stop(state, { reason: 'revoked' });
  return { ...stopped, effects: [{ kind: 'endCycle', failure }, ...stopped.effects, { kind: 'wipe' }] };
};

const fail = (state: Running, { failure }: { readonly failure: Failure }): Transition => {
  if (failure.kind === 'revoked') return revoke(state, { failure });
  const end: SyncEffect = { kind: 'endCycle', failure };
  const next = { ...rest(state), attempt: state.attempt + 1 };
  const { state: to, effects } =
    state.again === 'requested' ? beginExplicit(next) : settleDown(next, 'waiting', delayAfter(failure, state.attempt));
  return { state: to, effects: [end, ...effects] };
};

const delayAfter = ({ kind, retryAfter }: Failure, attempt: number): Delay => {
  const atLeast = retryAfter ?? 0;
  return kind === 'transient' ? { kind: 'backoff', attempt, atLeast } : { kind: 'slow', atLeast };
};

const finish = (state: Running, { changed }: { readonly changed: boolean }): Transition => {
  const fresh = { ...rest(state), attempt: 0, quiet: changed ? 0 : state.quiet + 1 };
  const { state: to, effects } = goOn(fresh, state.again);
  return { state: to, effects: [{ kind: 'endCycle', failure: null }, ...effects] };
};

const goOn = (state: Common, again: Again): Transition => {
  switch (again) {
    case 'requested':
      return beginExplicit(state);
    case 'poked':
    case 'written':
      return state.auto ? begin(state, again === 'written' ? 'written' : 'byItself') : settleDown(state, 'idle');
    case 'no':
      return settleDown(state, 'idle');
  }
};

const RANK: { readonly [A in Again]: number } = { no: 0, written: 1, poked: 2, requested: 3 };

const follow =
  (again: Again) =>
  (state: Running): Transition =>
    stay(RANK[again] > RANK[state.again] ? { ...state, again } : state);

/** Without a stream, polls are close together at first. */
const setLive = (state: SyncState, { live }: { readonly live: boolean }): Transition =>
  stay({ ...state, live, quiet: live ? state.quiet : 0 });

/** What may come at any time while a cycle runs. Reports of the other half's effects can not come and change nothing. */
const DURING_CYCLE = {
  started: stay,
  autoChanged: setAuto,
  stopped: stop,
  requested: follow('requested'),
  written: follow('written'),
  due: stay,
  wentOnline: (state: SyncState) => stay({ ...state, online: true }),
  wentOffline: (state: SyncState) => stay({ ...state, online: false }),
  becameVisible: stay,
  liveChanged: setLive,
  revoked: revoke,
  failed: fail,
} as const;

/** Reports that only a running cycle can give; after a stop they come too late and mean nothing. */
const NO_REPORTS = { batchSent: stay, outboxEmpty: stay, pageStored: stay, pulledAll: stay, failed: stay } as const;

const autoAtRest = (state: SyncState, { auto }: { readonly auto: boolean }): Transition => {
  const next = { ...state, auto };
  if (auto && state.auto) return stay(next);
  if (auto) return next.online ? begin(next, 'byItself') : settleDown(next, 'idle');
  return { state: next, effects: [{ kind: 'cancelTimer' }] };
};

const TABLE: Table = {
  stopped: {
    ...NO_REPORTS,
    started: (state) => {
      if (state.reason === 'revoked') return stay(state);
      const idle: SyncState = { ...rest(state), kind: 'idle' };
      return state.auto ? (state.online ? begin(idle, 'byItself') : stay({ ...idle, kind: 'offline' })) : stay(idle);
    },
    autoChanged: setAuto,
    stopped: (state, { reason }) => stay({ ...state, reason: state.reason === 'revoked' ? 'revoked' : reason }),
    requested: (state) => ({ state, effects: [{ kind: 'halt', reason: state.reason }] }),
    written: stay,
    due: stay,
    wentOnline: (state) => stay({ ...state, online: true }),
    wentOffline: (state) => stay({ ...state, online: false }),
    becameVisible: stay,
    liveChanged: setLive,
    poked: stay,
    revoked: stay,
  },
  idle: {
    ...NO_REPORTS,
    started: stay,
    autoChanged: autoAtRest,
    stopped: stop,
    requested: beginExplicit,
    written: beginWritten,
    due: beginIfAuto,
    wentOnline: (state) => beginIfAuto({ ...state, online: true }),
    wentOffline: goOffline,
    becameVisible: beginSeen,
    liveChanged(state, event) {
      const { state: next } = setLive(state, event);
      // The poll that is waiting was timed for the other case.
      return next.auto && next.online ? settleDown(next, 'idle') : stay(next);
    },
    poked: beginIfAble,
    revoked: revoke,
  },
  pushing: {
    ...DURING_CYCLE,
    batchSent: (state) => ({ state: { ...state, quiet: 0 }, effects: [{ kind: 'push' }] }),
    outboxEmpty: ({ pull, ...state }) =>
      pull === 'streamed' && state.live
        ? finish({ ...state, kind: 'pulling' }, { changed: true })
        : { state: { ...state, kind: 'pulling' }, effects: [{ kind: 'pull' }] },
    // The pull is still to come.
    poked: (state) => stay({ ...state, pull: 'owed' }),
    pageStored: stay,
    pulledAll: stay,
  },
  pulling: {
    ...DURING_CYCLE,
    batchSent: stay,
    outboxEmpty: stay,
    pageStored: (state) => ({ state, effects: [{ kind: 'pull' }] }),
    pulledAll: finish,
    // The page on its way may have been read before.
    poked: follow('poked'),
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
    becameVisible: beginSeen,
    liveChanged: setLive,
    poked: stay,
    revoked: revoke,
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
      state.auto ? begin({ ...state, online: true }, 'byItself') : stay({ ...state, online: true, kind: 'idle' }),
    wentOffline: stay,
    becameVisible: stay,
    liveChanged: setLive,
    poked: stay,
    revoked: revoke,
  },
};
