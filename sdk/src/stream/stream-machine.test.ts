import { describe, expect, test } from 'vitest';
import { failure } from '../transport/failure.ts';
import { noStream, type StreamEvent, type StreamState, streamTransition } from './stream-machine.ts';

const apply = (state: StreamState, ...events: StreamEvent[]) => {
  let current = { state, effects: [] as readonly { readonly kind: string }[] };
  for (const event of events) current = streamTransition(current.state, event);
  return { ...current, kinds: current.effects.map(({ kind }) => kind) };
};
const at = (kind: StreamState['kind'], attempt = 0): StreamState => {
  const common = { wanted: kind !== 'off', attempt };
  return kind === 'waiting' ? { ...common, kind, delay: { kind: 'rare' } } : { ...common, kind };
};
/** How long it waits, after these. */
const delayAfter = (state: StreamState, ...events: StreamEvent[]) => {
  const after = apply(state, ...events).state;
  return after.kind === 'waiting' ? after.delay : after.kind;
};
const failed = (...args: Parameters<typeof failure>): StreamEvent => ({ kind: 'failed', failure: failure(...args) });

test('it begins with the first whole cycle, comes alive with the first bytes, and comes back when it is lost', () => {
  const steps: [StreamEvent['kind'], StreamState['kind']][] = [
    ['wanted', 'off'],
    ['synced', 'opening'],
    ['synced', 'opening'],
    ['opened', 'live'],
    ['synced', 'live'],
    ['closed', 'waiting'],
    ['synced', 'waiting'],
    ['due', 'opening'],
    ['closed', 'waiting'],
    ['due', 'opening'],
    ['opened', 'live'],
    ['silent', 'waiting'],
    ['unwanted', 'off'],
    ['synced', 'off'],
  ];
  let state = noStream;
  for (const [kind, expected] of steps) {
    const next = apply(state, { kind } as StreamEvent);
    expect([kind, next.state.kind, next.kinds]).toEqual([kind, expected, []]);
    state = next.state;
  }
});

test.each(['off', 'opening', 'live', 'waiting'] as const)('%s: when it is not wanted any more, it is off', (kind) => {
  expect(apply(at(kind), { kind: 'unwanted' }, { kind: 'synced' })).toMatchObject({ state: at('off'), effects: [] });
});

test('what an ended reading still says changes nothing', () => {
  const late: StreamEvent[] = [{ kind: 'opened' }, { kind: 'heartbeat' }, { kind: 'closed' }, failed('NETWORK', '')];
  for (const kind of ['off', 'waiting'] as const) {
    for (const event of late) expect(apply(at(kind), event)).toMatchObject({ state: at(kind), effects: [] });
  }
});

describe('a refusal', () => {
  test('for now is asked again, later each time, and not before the server says', () => {
    const busy = failed('TOO_MANY_STREAMS', '', { retryAfter: 20_000 });
    expect(delayAfter(at('opening'), busy, { kind: 'due' }, busy)).toEqual({
      kind: 'backoff',
      attempt: 1,
      atLeast: 20_000,
    });
  });

  test('until somebody changes something is asked rarely, and the cycle shows why', () => {
    const removed = failed('MEMBER_REMOVED', '', { kind: 'slow', status: 404 });
    expect(delayAfter(at('opening'), removed)).toEqual({ kind: 'slow', atLeast: 0 });
    expect(apply(at('opening'), removed).kinds).toEqual(['pull']);
  });

  test.each([
    failed('STREAM_UNSUPPORTED', '', { status: 501 }),
    failed('NOT_FOUND', '', { kind: 'slow', status: 404 }),
    failed('STREAM_UNSUPPORTED', '', { kind: 'slow' }),
  ])('because there are no streams here is asked once in a long while', (event) => {
    expect(delayAfter(at('opening'), event)).toEqual({ kind: 'rare' });
  });

  test('of the cursor is settled by a pull, and asked again meanwhile', () => {
    const { state, kinds } = apply(at('opening'), failed('RESYNC_REQUIRED', '', { kind: 'resync' }));
    expect([state.kind, kinds]).toEqual(['waiting', ['pull']]);
    expect(apply(state, { kind: 'due' }, { kind: 'notReady' }, { kind: 'synced' }).state.kind).toBe('opening');
  });

  test('of the device is the end', () => {
    const { state, kinds } = apply(at('opening'), failed('DEVICE_REVOKED', '', { kind: 'revoked' }));
    expect([state, kinds]).toEqual([at('off'), ['revoke']]);
    expect(apply(state, { kind: 'synced' }).state.kind).toBe('off');
  });
});

test('a device without a cursor waits for the next cycle', () => {
  const { state } = apply(at('opening'), { kind: 'notReady' });
  expect(apply(state, { kind: 'synced' }).state.kind).toBe('opening');
});

test('only a stream that lived until its first heartbeat forgets the ones before: two that replace each other slow down', () => {
  const short = [{ kind: 'opened' }, { kind: 'closed' }, { kind: 'due' }] as const;
  expect(apply(at('opening'), ...short, ...short, ...short).state.attempt).toBe(3);
  expect(delayAfter(at('opening', 5), { kind: 'opened' }, { kind: 'heartbeat' }, { kind: 'closed' })).toEqual({
    kind: 'backoff',
    attempt: 0,
    atLeast: 0,
  });
});
