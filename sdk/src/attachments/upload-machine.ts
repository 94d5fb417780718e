import { NEW_UPLOAD, type Step, type UploadError, type UploadState } from './upload-state.ts';

export type UploadEvent =
  /** Whoever was at it is gone. */
  | { readonly kind: 'resumed' }
  | { readonly kind: 'due' }
  | { readonly kind: 'announced' }
  | { readonly kind: 'thereAlready' }
  | { readonly kind: 'sent' }
  /** The service finds nothing where the bytes should be, or has given the announcement up. */
  | { readonly kind: 'missing'; readonly notBefore: number }
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly error: UploadError; readonly notBefore: number }
  | { readonly kind: 'refused'; readonly error: UploadError }
  /** By the user. */
  | { readonly kind: 'retried' };

/**
 * One file on its way to the service:
 *
 *   waiting --due--> announcing --announced--> sending --sent--> completing --completed--> done
 *      ^                |    \________thereAlready______________/^  |
 *      |<----failed-----|----------------failed---------------------|  (missing: from the beginning)
 *      |                                                            |
 *      |<--retried-- rejected <------------ refused ----------------|
 *
 * Every step may be done again: an announcement under the same id is the same attachment, a second upload is refused by the
 * store, and completing twice answers the same. So a crash goes on from what was stored before the step.
 *
 * Pure. `upload-runner.ts` stores the state, does the step and reports back.
 */
export function transition<K extends UploadEvent['kind']>(
  state: UploadState,
  event: Extract<UploadEvent, { kind: K }>,
): UploadState {
  const row = TABLE[state.kind] as { [E in UploadEvent['kind']]: Handler<UploadState['kind'], E> };
  return (row[event.kind] as Handler<UploadState['kind'], K>)(state, event);
}

type Handler<S extends UploadState['kind'], E extends UploadEvent['kind']> = (
  state: Extract<UploadState, { kind: S }>,
  event: Extract<UploadEvent, { kind: E }>,
) => UploadState;
type Table = {
  readonly [S in UploadState['kind']]: { readonly [E in UploadEvent['kind']]: Handler<S, E> };
};

type Running = Extract<UploadState, { kind: 'announcing' | 'sending' | 'completing' }>;

const stay = (state: UploadState): UploadState => state;
const go =
  (kind: Running['kind']) =>
  ({ attempt }: { readonly attempt: number }): UploadState => ({ kind, attempt });
const again =
  (next: Step) =>
  ({ attempt }: Running): UploadState => ({ kind: 'waiting', next, attempt, notBefore: null, error: null });
const later =
  (next: Step) =>
  ({ attempt }: Running, { error, notBefore }: Extract<UploadEvent, { kind: 'failed' }>): UploadState => ({
    kind: 'waiting',
    next,
    attempt: attempt + 1,
    notBefore,
    error,
  });
const reject = (_: UploadState, { error }: { readonly error: UploadError }): UploadState => ({
  kind: 'rejected',
  error,
});

/** Reports that only a step under way can give; later they mean nothing. */
const NO_REPORTS = {
  announced: stay,
  thereAlready: stay,
  sent: stay,
  missing: stay,
  completed: stay,
  failed: stay,
  refused: stay,
} as const;
const UNDER_WAY = { ...NO_REPORTS, due: stay, retried: stay, refused: reject } as const;

const TABLE: Table = {
  waiting: {
    ...NO_REPORTS,
    resumed: stay,
    due: ({ next, attempt }) => go(next === 'announce' ? 'announcing' : 'completing')({ attempt }),
    retried: (state) => ({ ...state, notBefore: null }),
  },
  announcing: {
    ...UNDER_WAY,
    resumed: again('announce'),
    announced: go('sending'),
    thereAlready: go('completing'),
    failed: later('announce'),
  },
  sending: {
    ...UNDER_WAY,
    resumed: again('announce'),
    sent: go('completing'),
    thereAlready: go('completing'),
    // The address may have run out: a new one costs little.
    failed: later('announce'),
  },
  completing: {
    ...UNDER_WAY,
    resumed: again('complete'),
    missing: ({ attempt }, { notBefore }) => ({
      kind: 'waiting',
      next: 'announce',
      attempt: attempt + 1,
      notBefore,
      error: null,
    }),
    completed: () => ({ kind: 'done' }),
    failed: later('complete'),
  },
  rejected: { ...NO_REPORTS, resumed: stay, due: stay, retried: () => NEW_UPLOAD },
  done: { ...NO_REPORTS, resumed: stay, due: stay, retried: stay },
};
