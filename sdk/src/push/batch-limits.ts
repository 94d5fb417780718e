/** How much one push may carry. */
export interface BatchLimits {
  readonly changes: number;
  readonly bytes: number;
}

export const FULL_BATCH: BatchLimits = { changes: 500, bytes: 1024 * 1024 };

/** After a push of `sent` changes that was too much for the server, or that it failed on. */
export function halve(limits: BatchLimits, sent: number): BatchLimits {
  return {
    changes: Math.max(1, Math.floor(Math.min(limits.changes, sent) / 2)),
    bytes: Math.max(1, Math.floor(limits.bytes / 2)),
  };
}

export function grow({ changes, bytes }: BatchLimits): BatchLimits {
  return {
    changes: Math.min(FULL_BATCH.changes, changes * 2),
    bytes: Math.min(FULL_BATCH.bytes, bytes * 2),
  };
}
