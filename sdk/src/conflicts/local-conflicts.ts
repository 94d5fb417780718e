import type { ReadOnlyTable } from '../store/read-only-table.ts';
import { settlement } from '../rejected/rejected-changes.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import type { LocalConflict } from '../store/rows.ts';

/** `db.conflicts`: where this device's changes met somebody else's. Live like any table. */
export interface LocalConflicts extends ReadOnlyTable<LocalConflict> {
  /** Marks the conflict as seen; it no longer counts in the status. */
  dismiss(id: string): Promise<void>;
}

export function localConflicts(local: LocalDatabase): LocalConflicts {
  return Object.assign(local.conflicts, {
    dismiss: (id: string) => settlement(local, [local.conflicts], (tx) => tx.conflicts.update(id, { seen: true })),
  });
}
