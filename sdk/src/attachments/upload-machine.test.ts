import { expect, test } from 'vitest';
import { transition, type UploadEvent } from './upload-machine.ts';
import { NEW_UPLOAD, type UploadState } from './upload-state.ts';

const error = { code: 'NETWORK', message: 'x' } as const;
const EVENTS: { readonly [K in UploadEvent['kind']]: Extract<UploadEvent, { kind: K }> } = {
  resumed: { kind: 'resumed' },
  due: { kind: 'due' },
  announced: { kind: 'announced' },
  thereAlready: { kind: 'thereAlready' },
  sent: { kind: 'sent' },
  missing: { kind: 'missing', notBefore: 7 },
  completed: { kind: 'completed' },
  failed: { kind: 'failed', error, notBefore: 5 },
  refused: { kind: 'refused', error },
  retried: { kind: 'retried' },
};

const after = (...kinds: UploadEvent['kind'][]): UploadState =>
  kinds.reduce<UploadState>((state, kind) => transition(state, EVENTS[kind]), NEW_UPLOAD);

test.each<[UploadEvent['kind'][], Partial<UploadState>]>([
  [['due', 'announced', 'sent', 'completed'], { kind: 'done' }],
  [['due', 'thereAlready', 'completed'], { kind: 'done' }],
  [['due', 'announced', 'thereAlready', 'completed'], { kind: 'done' }],
  [['due', 'failed'], { kind: 'waiting', next: 'announce', attempt: 1, notBefore: 5, error }],
  [['due', 'announced', 'failed', 'due', 'failed'], { kind: 'waiting', next: 'announce', attempt: 2 }],
  [['due', 'announced', 'sent', 'failed'], { kind: 'waiting', next: 'complete', attempt: 1 }],
  [['due', 'announced', 'sent', 'failed', 'due'], { kind: 'completing', attempt: 1 }],
  [['due', 'announced', 'sent', 'missing'], { kind: 'waiting', next: 'announce', notBefore: 7, attempt: 1 }],
  [['due', 'refused'], { kind: 'rejected', error }],
  [['due', 'announced', 'refused'], { kind: 'rejected' }],
  [['due', 'announced', 'sent', 'refused'], { kind: 'rejected' }],
  [['due', 'refused', 'retried'], NEW_UPLOAD],
  [['due', 'failed', 'retried'], { kind: 'waiting', notBefore: null }],
])('%j leads to %j', (kinds, state) => {
  expect(after(...kinds)).toMatchObject(state);
});

test.each<[UploadEvent['kind'][], Partial<UploadState>]>([
  [['due'], { kind: 'waiting', next: 'announce' }],
  [['due', 'announced'], { kind: 'waiting', next: 'announce' }],
  [['due', 'announced', 'sent'], { kind: 'waiting', next: 'complete' }],
])('after a crash at %j it goes on, at once', (kinds, state) => {
  expect(after(...kinds, 'resumed')).toMatchObject({ ...state, notBefore: null });
});

test('whatever happens, only the service’s word ends it: done by completing, rejected by a refusal', () => {
  const seen = new Map<string, UploadState>();
  const explore = (state: UploadState): void => {
    // A counter makes no other state.
    const key = JSON.stringify({ ...state, attempt: 0 });
    if (seen.has(key)) return;
    seen.set(key, state);
    for (const event of Object.values(EVENTS)) {
      const next = transition(state, event);
      if (next.kind === 'done' && state.kind !== 'done')
        expect([state.kind, event.kind]).toEqual(['completing', 'completed']);
      if (next.kind === 'rejected' && state.kind !== 'rejected') expect(event.kind).toBe('refused');
      if (state.kind === 'done') expect(next).toBe(state);
      explore(next);
    }
  };
  explore(NEW_UPLOAD);
  expect(new Set([...seen.values()].map(({ kind }) => kind)).size).toBe(6);
});
