import { allowsField } from '../../domain/roles.ts';
import { DELETION, type StoredRecord } from '../../merge/stored-record.ts';
import { unreachable } from '../../unreachable.ts';
import type { NewConflict } from '../conflicts/new-conflict.ts';
import type { View } from '../projection/view.ts';

type Facts = Pick<NewConflict, 'entity' | 'kind' | 'fields'>;

/**
 * A conflict as far as its sender may know of it; `null` for one that is all about what they may not read. A deletion meets
 * edits of every field, hidden ones too, and not even that somebody changed those is theirs to know. Everything else is
 * about fields that the sender has sent.
 */
export function conflictForSender<Conflict extends Facts>(
  view: View,
  record: StoredRecord | undefined,
  conflict: Conflict,
): Conflict | null {
  switch (conflict.kind) {
    case 'fields':
    case 'editedOverDelete':
      return conflict;
    case 'deletedOverEdit': {
      const grant = record === undefined ? null : view.grantOf(conflict.entity, record);
      const fields = conflict.fields.filter((field) => grant && (field === DELETION || allowsField(grant, field)));
      return fields.length === 0 ? null : { ...conflict, fields };
    }
    default:
      return unreachable(conflict.kind);
  }
}
