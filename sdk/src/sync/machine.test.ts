import { describe, expect, test } from 'vitest';
import { failure } from '../transport/failure.ts';
import { initialState, type SyncEvent, type SyncState, transition } from './machine.ts';

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
    [{ kind: 'pulledAll' }, 'idle', ['endCycle', 'schedule']],
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
      const { state, effects } = apply(pulling, { kind }, { kind: 'pulledAll' });
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
  expect(apply(failed.state, { kind: 'due' }, { kind: 'outboxEmpty' }, { kind: 'pulledAll' }).state.attempt).toBe(0);
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
    { kind: 'pulledAll' },
    network,
  ];
  for (const event of late) expect(apply(stopped, event)).toMatchObject({ state: stopped, effects: [] });
});
