/** How much one push may carry. */
export interface BatchLimits {
  readonly changes: number;
  readonly bytes: number;
}

export const FULL_BATCH: BatchLimits = { changes: 500, bytes: 1024 * 1024 };

/** After a push of `sent` changes that was too much for the server or the line, or that the server failed on. */
export function halve(limits: BatchLimits, sent: number): BatchLimits {
  return { ...limits, changes: Math.max(1, Math.floor(Math.min(limits.changes, sent) / 2)) };
}

export function grow(limits: BatchLimits): BatchLimits {
  return { ...limits, changes: Math.min(FULL_BATCH.changes, limits.changes * 2) };
}

/** Says whether one more item, as it goes over the wire, fits; the first always does, or it would never be sent. */
export function within({ changes, bytes }: BatchLimits): (wire: object) => boolean {
  const encoder = new TextEncoder();
  let count = 0;
  let size = 0;
  return (wire) => {
    const { length } = encoder.encode(JSON.stringify(wire));
    if (count > 0 && (count + 1 > changes || size + length > bytes)) return false;
    count += 1;
    size += length;
    return true;
  };
}
