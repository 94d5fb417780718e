import type { ResolvedOptions } from '../options.ts';
import { backoffDelay, rareDelay, slowDelay } from '../sync/backoff.ts';
import type { Failure } from '../transport/failure.ts';
import type { StreamListener } from './read-stream.ts';
import { noStream, type StreamDelay, type StreamEvent, type StreamState, streamTransition } from './stream-machine.ts';
import type { StreamMessage } from './stream-news.ts';

export interface StreamRunnerParts {
  readonly options: Pick<ResolvedOptions, 'random' | 'timers'>;
  /** The device's cursor; `null` while it has none that is worth listening from. */
  readonly position: () => Promise<string | null>;
  /** Reads a stream to its end; never rejects. */
  readonly read: (since: string, listener: StreamListener, signal: AbortSignal) => Promise<Failure | null>;
  readonly onLive: (live: boolean) => void;
  readonly onMessage: (message: StreamMessage) => void;
  /** A pull has to settle something. */
  readonly onPull: () => void;
  readonly onRevoked: (failure: Failure) => void;
}

export interface StreamRunner {
  dispatch(event: StreamEvent): void;
  /** Resolves when no stream is being read any more. */
  settled(): Promise<void>;
}

/** A heartbeat comes every 25 s: after this long without a byte nobody is there. */
const SILENCE_MS = 60_000;
/** Streams are lost by many devices at once, when an instance stops: they come back within 4 s, then 8 s, and so on. */
const FIRST_BACKOFF = 2;

/** Does what a state asks for when it is entered; at most one stream is open. */
export function createStreamRunner(parts: StreamRunnerParts): StreamRunner {
  const { options } = parts;
  let state: StreamState = noStream;
  let reading: AbortController | null = null;
  let cancelTimer = (): void => undefined;
  let underway: Promise<void> = Promise.resolve();

  function dispatch(event: StreamEvent): void {
    const before = state.kind;
    const { state: next, effects } = streamTransition(state, event);
    state = next;
    if (state.kind !== before) enter(state, before);
    for (const effect of effects) {
      if (effect.kind === 'pull') parts.onPull();
      else parts.onRevoked(effect.failure);
    }
  }

  function enter(entered: StreamState, before: StreamState['kind']): void {
    cancelTimer();
    switch (entered.kind) {
      case 'off':
        hangUp();
        break;
      case 'opening':
        underway = open();
        break;
      case 'live':
        watch();
        break;
      case 'waiting':
        hangUp();
        setTimer(delayOf(entered.delay), { kind: 'due' });
        break;
    }
    if (entered.kind === 'live' || before === 'live') parts.onLive(entered.kind === 'live');
  }

  function hangUp(): void {
    reading?.abort();
    reading = null;
  }

  function watch(): void {
    if (state.kind === 'live') setTimer(SILENCE_MS, { kind: 'silent' });
  }

  function setTimer(delay: number, event: StreamEvent): void {
    cancelTimer();
    cancelTimer = options.timers.after(delay, () => dispatch(event));
  }

  /** A stream that was hung up, or whose place another has taken, tells nothing more. */
  async function open(): Promise<void> {
    const current = new AbortController();
    reading = current;
    const whileRead =
      <A extends unknown[]>(tell: (...args: A) => void) =>
      (...args: A): void => {
        if (reading === current) tell(...args);
      };
    const report = whileRead(dispatch);
    // A database that can not be read now is a matter of the cycle.
    const since = await parts.position().catch(() => null);
    if (since === null || current.signal.aborted) return report({ kind: 'notReady' });
    const listener: StreamListener = {
      opened: () => report({ kind: 'opened' }),
      heard: whileRead(watch),
      heartbeat: () => report({ kind: 'heartbeat' }),
      message: whileRead(parts.onMessage),
    };
    const problem = await parts.read(since, listener, current.signal);
    report(problem === null ? { kind: 'closed' } : { kind: 'failed', failure: problem });
  }

  function delayOf(delay: StreamDelay): number {
    switch (delay.kind) {
      case 'backoff':
        return delay.atLeast + backoffDelay(delay.attempt + FIRST_BACKOFF, options.random);
      case 'slow':
        return delay.atLeast + slowDelay(options.random);
      case 'rare':
        return rareDelay(options.random);
    }
  }

  return { dispatch, settled: () => underway };
}
