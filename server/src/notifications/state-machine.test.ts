import { describe, expect, it } from 'vitest';
import { type NotificationEvent, nextState, statesOf, statusOf } from './state-machine.ts';

const STATES = ['queued', 'sending', 'sent', 'delivered', 'refused', 'undelivered', 'unknown'] as const;
const EVENTS = [
  'claimed',
  'accepted',
  'refused',
  'deferred',
  'uncertain',
  'lost',
  'found',
  'reportedSent',
  'reportedDelivered',
  'reportedFailed',
  'settledSent',
  'settledFailed',
  'superseded',
] as const satisfies readonly NotificationEvent[];
const ACCEPTED = ['sent', 'delivered', 'undelivered'] as const;

describe('the life of a message', () => {
  it('I10: what may have been accepted is sent again only after an answer that it was not', () => {
    for (const state of STATES) {
      for (const event of EVENTS) {
        if (nextState(state, event) !== 'queued' || state === 'queued') continue;
        expect(event, state).toBe('deferred');
        expect(['sending', 'unknown']).toContain(state);
      }
    }
  });

  it('I10: nothing takes back that it was accepted', () => {
    for (const state of ACCEPTED) {
      for (const event of EVENTS) expect(ACCEPTED, `${state} ${event}`).toContain(nextState(state, event));
    }
  });

  it('ends the same in whatever order the provider reports', () => {
    const reports = ['reportedSent', 'reportedDelivered', 'reportedFailed', 'accepted'] as const;
    const orders = reports.flatMap((a) =>
      reports.flatMap((b) => reports.flatMap((c) => reports.map((d) => [a, b, c, d]))),
    );
    for (const from of ['sending', 'unknown', 'refused'] as const) {
      for (const order of orders) {
        const end = (events: readonly NotificationEvent[]) =>
          events.reduce<ReturnType<typeof nextState>>((state, event) => nextState(state, event), from);
        expect(end(order), order.join()).toBe(end(order.toSorted()));
      }
    }
  });

  it('a human settles only what is unknown', () => {
    for (const state of STATES) {
      const settled = [nextState(state, 'settledSent'), nextState(state, 'settledFailed')];
      expect(settled, state).toEqual(state === 'unknown' ? ['sent', 'refused'] : [state, state]);
    }
  });

  it('an older version is held back while it is still here, and only then', () => {
    for (const state of STATES) expect(nextState(state, 'superseded')).toBe(state === 'queued' ? 'refused' : state);
  });

  it('is told in the words of the wire, and found by them', () => {
    for (const state of STATES) expect(statesOf(statusOf(state))).toContain(state);
  });
});
