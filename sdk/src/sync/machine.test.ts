import { describe, expect, test } from 'vitest';
import { failure } from '../transport/failure.ts';
import { initialState, transition } from './machine.ts';
import type { SyncEvent, SyncState } from './sync-state.ts';

const start = initialState({ auto: true, online: true });
const apply = (state: SyncState, ...events: SyncEvent[]) => {
  let current = { state, effects: [] as readonly { readonly kind: string }[] };
  for (const event of events) current = transition(current.state, event);
  return { ...current, kinds: current.effects.map(({ kind }) => kind) };
};
const network = { kind: 'failed', failure: failure('NETWORK', '') } as const;

test('a cycle: push until the outbox is empty, pull until the last page, rest', () => {
  const steps: [SyncEvent, SyncState['kind'], string[]][] = [
    [{ kind: 'started' }, 'pushing', ['cancelTimer', 'beginCycle', 'push']],
    [{ kind: 'batchSent' }, 'pushing', ['push']],
    [{ kind: 'outboxEmpty' }, 'pulling', ['pull']],
    [{ kind: 'pageStored' }, 'pulling', ['pull']],
    [{ kind: 'pulledAll', changed: false }, 'idle', ['endCycle', 'schedule']],
    [{ kind: 'due' }, 'pushing', ['cancelTimer', 'beginCycle', 'push']],
  ];
  let state = start;
  for (const [event, kind, effects] of steps) {
    const next = apply(state, event);
    expect([next.state.kind, next.kinds]).toEqual([kind, effects]);
    state = next.state;
  }
});

describe('what comes during a cycle', () => {
  const pulling = apply(start, { kind: 'started' }, { kind: 'outboxEmpty' }).state;

  test('a write or a request begins another one', () => {
    for (const kind of ['written', 'requested'] as const) {
      const { state, effects } = apply(pulling, { kind }, { kind: 'pulledAll', changed: false });
      expect(state).toMatchObject({ kind: 'pushing', again: 'no' });
      expect(effects).toContainEqual({ kind: 'beginCycle', explicit: kind === 'requested' });
    }
  });

  test('after a failure only a request does; a write waits for the timer', () => {
    expect(apply(pulling, { kind: 'written' }, network).state.kind).toBe('waiting');
    expect(apply(pulling, { kind: 'requested' }, { kind: 'written' }, network).state.kind).toBe('pushing');
  });

  test('going offline makes the failure a wait for the network', () => {
    const { state, kinds } = apply(pulling, { kind: 'wentOffline' }, network);
    expect([state.kind, kinds]).toEqual(['offline', ['endCycle', 'cancelTimer']]);
    expect(apply(state, { kind: 'wentOnline' }).state.kind).toBe('pushing');
  });
});

test('failures count up, and a success forgets them', () => {
  const cycle = [{ kind: 'due' }, network] as const;
  const failed = apply(start, { kind: 'started' }, network, ...cycle, ...cycle);
  expect(failed.state.attempt).toBe(3);
  expect(failed.effects).toContainEqual({ kind: 'schedule', delay: { kind: 'backoff', attempt: 2, atLeast: 0 } });
  expect(
    apply(failed.state, { kind: 'due' }, { kind: 'outboxEmpty' }, { kind: 'pulledAll', changed: false }).state.attempt,
  ).toBe(0);
});

test('a revoked device stops for good', () => {
  const revoked = { kind: 'failed', failure: failure('DEVICE_REVOKED', '', { kind: 'revoked' }) } as const;
  const { state, kinds } = apply(start, { kind: 'started' }, revoked);
  expect([state, kinds]).toMatchObject([
    { kind: 'stopped', reason: 'revoked' },
    ['endCycle', 'cancelTimer', 'halt', 'wipe'],
  ]);
  expect(apply(state, { kind: 'stopped', reason: 'closed' }, { kind: 'started' }).state).toEqual(state);
});

test('without auto only a request starts a cycle', () => {
  const idle = apply({ ...start, auto: false }, { kind: 'started' }).state;
  const others: SyncEvent[] = [{ kind: 'written' }, { kind: 'due' }, { kind: 'wentOnline' }, { kind: 'becameVisible' }];
  for (const event of others) expect(apply(idle, event).state.kind).toBe('idle');
  const asked = apply(idle, { kind: 'requested' }).state;
  expect(apply(asked, network)).toMatchObject({ state: { kind: 'idle' }, kinds: ['endCycle'] });
  expect(apply(idle, { kind: 'autoChanged', auto: true }).state.kind).toBe('pushing');
});

test('reports of a cycle that was stopped change nothing', () => {
  const stopped = apply(start, { kind: 'started' }, { kind: 'stopped', reason: 'notStarted' }).state;
  const late: SyncEvent[] = [
    { kind: 'batchSent' },
    { kind: 'outboxEmpty' },
    { kind: 'pageStored' },
    { kind: 'pulledAll', changed: false },
    network,
  ];
  for (const event of late) expect(apply(stopped, event)).toMatchObject({ state: stopped, effects: [] });
});

describe('beside a live stream', () => {
  const idle = apply(start, { kind: 'started' }, { kind: 'outboxEmpty' }, { kind: 'pulledAll', changed: false });
  const live = apply(idle.state, { kind: 'liveChanged', live: true });

  test('polls are timed anew when it opens and when it is lost', () => {
    expect(live.effects).toEqual([{ kind: 'schedule', delay: { kind: 'poll', live: true, quiet: 1 } }]);
    expect(apply(live.state, { kind: 'liveChanged', live: false }).effects).toEqual([
      { kind: 'schedule', delay: { kind: 'poll', live: false, quiet: 0 } },
    ]);
  });

  test('what was written is sent, and not pulled: it comes back by the stream', () => {
    const sent = apply(live.state, { kind: 'written' }, { kind: 'batchSent' }, { kind: 'outboxEmpty' });
    expect([sent.state.kind, sent.kinds]).toEqual(['idle', ['endCycle', 'schedule']]);
  });

  test.each(['requested', 'due', 'becameVisible', 'poked'] as const)('a cycle that was %s pulls', (kind) => {
    expect(apply(live.state, { kind }, { kind: 'outboxEmpty' })).toMatchObject({ kinds: ['pull'] });
  });

  test('a cycle that a write began pulls when the stream is lost meanwhile, or says that there is more', () => {
    for (const event of [{ kind: 'liveChanged', live: false }, { kind: 'poked' }] as const) {
      const after = apply(live.state, { kind: 'written' }, event, { kind: 'outboxEmpty' });
      expect(after.kinds).toEqual(['pull']);
    }
  });

  test('a poke during a pull is followed by another pull, also when something was written', () => {
    const pulling = apply(live.state, { kind: 'due' }, { kind: 'outboxEmpty' });
    const after = apply(pulling.state, { kind: 'poked' }, { kind: 'written' }, { kind: 'pulledAll', changed: true });
    expect(after.kinds).toEqual(['endCycle', 'cancelTimer', 'beginCycle', 'push']);
    expect(apply(after.state, { kind: 'outboxEmpty' })).toMatchObject({ kinds: ['pull'] });
  });

  test('a revocation stops for good, in the middle of a cycle or not', () => {
    const revoked = { kind: 'revoked', failure: failure('DEVICE_REVOKED', '', { kind: 'revoked' }) } as const;
    for (const { state } of [live, apply(live.state, { kind: 'written' })]) {
      const after = apply(state, revoked);
      expect(after.state).toMatchObject({ kind: 'stopped', reason: 'revoked' });
      expect(after.kinds).toEqual(['endCycle', 'cancelTimer', 'halt', 'wipe']);
    }
  });
});

test('polls that bring nothing make the next one later, and whatever happens makes it soon again', () => {
  const quiet = (times: number): SyncState => ({ ...start, kind: 'idle', quiet: times });
  const poll = (state: SyncState, changed: boolean) =>
    apply(state, { kind: 'due' }, { kind: 'outboxEmpty' }, { kind: 'pulledAll', changed }).state.quiet;
  expect(poll(quiet(3), false)).toBe(4);
  expect(poll(quiet(3), true)).toBe(0);
  expect(apply(quiet(3), { kind: 'becameVisible' }).state.quiet).toBe(0);
});
