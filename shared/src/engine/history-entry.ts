import type { Cursor } from '../cursor.ts';
import type { ChangeId, DeviceId, RecordId, UserId } from '../ids.ts';
import type { Json } from '../json.ts';

/** Field -> its value before and after. */
export type FieldChanges = { readonly [field: string]: { readonly from: Json; readonly to: Json } };

/** An accepted write of a record, as decisions about later changes look back at it. */
export interface HistoryEntry {
  readonly entity: string;
  readonly entityId: RecordId;
  readonly version: Cursor;
  /** Whoever typed it. */
  readonly actor: UserId | null;
  readonly device: DeviceId | null;
  /** `null`: not from an outbox. */
  readonly changeId: ChangeId | null;
  readonly changes: FieldChanges;
}
