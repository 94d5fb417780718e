import type { Cursor } from '../../cursor.ts';
import type { DecidableChange } from './change.ts';

/** A base later than the tenant clock is no version that anybody can have seen. */
export function distrustFuture(changes: readonly DecidableChange[], clock: Cursor): DecidableChange[] {
  return changes.map((change) =>
    !('kind' in change) && change.base.kind === 'version' && change.base.version > clock
      ? { ...change, base: { kind: 'ahead' } }
      : change,
  );
}
