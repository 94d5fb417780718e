import { unreachable } from '@backhaul/shared';
import type { TabLocks } from '../leader/locks.ts';
import type { ResolvedOptions } from '../options.ts';
import type { PullCycle, Puller, PullStep } from '../pull/pull-page.ts';
import type { Pusher, PushStep } from '../push/push-batch.ts';
import type { PushCycle } from '../push/take-batch.ts';
import { type Failure, failure } from '../transport/failure.ts';
import type { NewsOutcome } from '../stream/apply-news.ts';
import type { StreamNews } from '../stream/stream-news.ts';
import { storageError } from '../store/storage-error.ts';
import { backoffDelay, pollDelay, pollInterval, slowDelay } from './backoff.ts';
import { initialState, transition } from './machine.ts';
import type { Delay, StopReason, SyncEffect, SyncEvent, SyncState } from './sync-state.ts';

export interface RunnerParts {
  readonly options: Pick<ResolvedOptions, 'random' | 'timers' | 'signals' | 'pollInterval'>;
  readonly pusher: Pusher;
  readonly puller: Puller;
  readonly applyNews: (news: StreamNews) => Promise<NewsOutcome>;
  readonly locks: TabLocks;
  /** Called with every new state. */
  readonly onState: (state: SyncState) => void;
  /** Called when a cycle has ended, before its waiters are answered. `null`: it succeeded, with every change that it tried. */
  readonly onCycleEnd: (failure: Failure | null) => void;
  /** Called when a cycle has come to its end, changes that stood aside or not. */
  readonly onSynced: () => void;
  readonly wipe: () => Promise<void>;
  /** The device is stopped, but its rows are still there; the next contact with the server asks for it again. */
  readonly onWipeFailed: (error: unknown) => void;
}

/** Does what the machine decides, one effect at a time, and reports back. */
export interface Runner {
  dispatch(event: SyncEvent): void;
  /** Applies what the stream has brought, in its turn. */
  tell(news: StreamNews): void;
  /** Resolves after a whole cycle that begins from now on: with its failure, or `null`. */
  cycle(): Promise<Failure | null>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/** News that waits for its turn. If more comes, it is cheaper to pull. */
const MOST_NEWS = 100;

interface RunningCycle extends PushCycle, PullCycle {
  readonly aborted: AbortController;
  readonly waiters: readonly Waiter[];
  leave: () => void;
}

type Waiter = (failure: Failure | null) => void;

export function createRunner(parts: RunnerParts, auto: boolean): Runner {
  const { options, pusher, puller, locks } = parts;
  let state = initialState({ auto, online: options.signals.isOnline() });
  let waiting: Waiter[] = [];
  let cycle: RunningCycle | null = null;
  let cancelTimer = nothing;
  let underway: Promise<void> = Promise.resolve();
  let arrived: StreamNews[] = [];
  /** Of this run, from one halt to the next. */
  let halted = new AbortController();

  function dispatch(event: SyncEvent): void {
    const next = transition(state, event);
    state = next.state;
    for (const effect of next.effects) perform(effect);
    parts.onState(state);
  }

  function perform(effect: SyncEffect): void {
    switch (effect.kind) {
      case 'beginCycle':
        cycle = {
          explicit: effect.explicit,
          tried: new Set(),
          setAside: null,
          resynced: false,
          changed: false,
          ahead: null,
          aborted: new AbortController(),
          waiters: waiting,
          leave: nothing,
        };
        waiting = [];
        return;
      case 'push':
        return run(async (current) => {
          await enter(current);
          return pushEvent(await pusher.pushBatch(current, current.aborted.signal));
        });
      case 'pull':
        return run(async (current) => pullEvent(await puller.pullPage(current, current.aborted.signal), current));
      case 'endCycle':
        return endCycle(effect.failure);
      case 'schedule':
        cancelTimer();
        cancelTimer = options.timers.after(delayOf(effect.delay), () => dispatch({ kind: 'due' }));
        return;
      case 'cancelTimer':
        return cancelTimer();
      case 'halt':
        return halt(effect.reason);
      case 'wipe':
        underway = underway.then(parts.wipe).catch((error: unknown) => parts.onWipeFailed(error));
        return;
      default:
        unreachable(effect);
    }
  }

  /** An effect of a cycle that has been halted meanwhile reports to nobody. */
  function run(step: (current: RunningCycle) => Promise<SyncEvent>): void {
    const current = cycle;
    if (current === null) return;
    underway = report(underway, current, step);
  }

  async function report(
    before: Promise<void>,
    current: RunningCycle,
    step: (current: RunningCycle) => Promise<SyncEvent>,
  ): Promise<void> {
    await before;
    const event = await step(current).catch(storageFailure);
    if (cycle === current) dispatch(event);
  }

  async function applyOldest(before: Promise<void>, run: AbortSignal): Promise<void> {
    await before;
    const news = arrived.shift();
    if (news === undefined || run.aborted) return;
    const outcome = await whileNobodySyncs(run, () => parts.applyNews(news)).catch(missed);
    if (outcome === 'missed' && !run.aborted) dispatch({ kind: 'poked' });
  }

  /** Steps of this tab come one after the other; a cycle of another tab is kept out unless this tab's already does. */
  async function whileNobodySyncs<T>(run: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (cycle !== null && cycle.leave !== nothing) return work();
    const leave = await locks.enterCycle(run);
    return work().finally(leave);
  }

  async function enter(current: RunningCycle): Promise<void> {
    if (current.leave === nothing) current.leave = await locks.enterCycle(current.aborted.signal);
  }

  function endCycle(reason: Failure | null): void {
    const ended = cycle;
    cycle = null;
    ended?.leave();
    const reported = reason ?? ended?.setAside ?? null;
    parts.onCycleEnd(reported);
    if (reason === null) parts.onSynced();
    for (const waiter of ended?.waiters ?? []) waiter(reported);
  }

  function halt(reason: StopReason): void {
    const stopped = failure(reason === 'revoked' ? 'DEVICE_REVOKED' : 'CLOSED', 'Sync is not running');
    cycle?.aborted.abort();
    const waiters = [...(cycle?.waiters ?? []), ...waiting];
    cycle?.leave();
    cycle = null;
    waiting = [];
    arrived = [];
    halted.abort();
    halted = new AbortController();
    for (const waiter of waiters) waiter(stopped);
  }

  function delayOf(delay: Delay): number {
    switch (delay.kind) {
      case 'poll':
        return pollDelay(
          pollInterval(options.pollInterval, { ...delay, visible: options.signals.isVisible() }),
          options.random,
        );
      case 'backoff':
        return delay.atLeast + backoffDelay(delay.attempt, options.random);
      case 'slow':
        return delay.atLeast + slowDelay(options.random);
      default:
        return unreachable(delay);
    }
  }

  return {
    dispatch,
    tell(news) {
      arrived.push(news);
      underway = applyOldest(underway, halted.signal);
      if (arrived.length <= MOST_NEWS) return;
      arrived = [];
      dispatch({ kind: 'poked' });
    },
    cycle: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        dispatch({ kind: 'requested' });
      }),
    settled: () => underway,
  };
}

const nothing = (): void => undefined;
/** A pull meets the same trouble, and reports it. */
const missed = (): NewsOutcome => 'missed';

function pushEvent(step: PushStep): SyncEvent {
  switch (step.kind) {
    case 'more':
      return { kind: 'batchSent' };
    case 'empty':
      return { kind: 'outboxEmpty' };
    case 'failed':
      return step;
    default:
      return unreachable(step);
  }
}

function pullEvent(step: PullStep, { changed }: PullCycle): SyncEvent {
  switch (step.kind) {
    case 'more':
      return { kind: 'pageStored' };
    case 'done':
      return { kind: 'pulledAll', changed };
    case 'failed':
      return step;
    default:
      return unreachable(step);
  }
}

/** IndexedDB refused: a full disk, a closed connection. Nothing was half done, so it is tried again like any failure. */
function storageFailure(error: unknown): SyncEvent {
  const { code, message } = storageError(error);
  return { kind: 'failed', failure: failure(code, message) };
}
