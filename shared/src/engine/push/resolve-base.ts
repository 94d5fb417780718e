import { type Cursor, parseCursor } from '../../cursor.ts';
import { withMicros } from '../../instant.ts';
import type { StoredRecord } from '../../merge/stored-record.ts';
import { unreachable } from '../../unreachable.ts';
import type { AdmittedChange, Writer } from './change.ts';

/** The version that a change was made on; `null`: its sender had seen none. */
export function resolveBase(
  change: AdmittedChange,
  stored: StoredRecord,
  writer: Pick<Writer, 'pullCursor'>,
): Cursor | null {
  switch (change.base.kind) {
    case 'create':
    case 'ahead':
      return null;
    case 'version':
      return change.base.version;
    case 'current':
      return stored.updatedAt;
    case 'unstated': {
      const edited = instantToCursor(change.at);
      return edited !== null && writer.pullCursor !== null && writer.pullCursor < edited ? writer.pullCursor : edited;
    }
    default:
      return unreachable(change.base);
  }
}

/** An instant in canonical form with its decimals filled up; `null` before 1970, when no version was made. */
function instantToCursor(instant: string): Cursor | null {
  return parseCursor(withMicros(instant));
}
