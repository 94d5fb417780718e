import type { LeaderView } from '../leader/leadership.ts';
import type { SyncState } from '../sync/sync-state.ts';
import type { ObservedSource } from './observable.ts';
import type { SyncStatus } from './sync-status.ts';

/** Which of two views the status shows: this tab's own, or that of the tab that syncs for all. */
export interface ShownPhase {
  own(changes: { readonly state?: SyncState; readonly live?: boolean }): void;
  /** `null`: this tab leads. */
  others(view: LeaderView | null): void;
}

export function showPhase(status: ObservedSource<SyncStatus>): ShownPhase {
  let own: Pick<LeaderView, 'phase' | 'live'> = { phase: 'stopped', live: false };
  let others: LeaderView | null = null;

  function show(): void {
    const isOwn = others === null || BUSY.has(own.phase);
    const { phase, live } = isOwn || others === null ? own : others;
    status.update({ phase, live });
  }

  return {
    own({ state, live = own.live }) {
      own = { phase: state?.kind ?? own.phase, live };
      if (state) status.update({ online: state.online });
      show();
    },
    others(view) {
      others = view;
      if (view) status.update({ error: view.error });
      show();
    },
  };
}

/** What a tab does for itself, whoever leads. */
const BUSY: ReadonlySet<string> = new Set(['stopped', 'pushing', 'pulling']);
