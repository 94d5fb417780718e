import type { Cursor } from '../../cursor.ts';
import type { ErrorCode } from '../../errors/error-code.ts';
import type { ChangeId, DeviceId } from '../../ids.ts';
import type { Outcome } from '../../protocol/push.ts';

/** The stored outcome of a change id, under the names of its columns. */
export interface Receipt {
  readonly change_id: ChangeId;
  readonly device_id: DeviceId;
  readonly content_hash: string;
  readonly outcome: Outcome;
  readonly code: ErrorCode | null;
  readonly message: string | null;
  readonly fields: string[] | null;
  readonly version: Cursor | null;
}
