import type { ConflictKind } from '../../conflicts/summary.ts';
import type { Cursor } from '../../cursor.ts';
import type { FieldConflict, MergeResult } from '../../merge/merge-change.ts';
import { DELETION } from '../../merge/stored-record.ts';
import type { NewConflict } from '../conflicts/new-conflict.ts';
import type { HistoryEntry } from '../history-entry.ts';
import type { AdmittedChange, Writer } from './change.ts';

export interface ConflictContext {
  readonly writer: Writer;
  readonly nextVersion: () => Cursor;
  readonly newId: () => string;
  /** The record's writes that the sender had not seen. */
  readonly entries: readonly HistoryEntry[];
}

/**
 * The log entries for what a change met: one for each other write it collided with and each way that was decided, so that
 * an entry always has two authors and one winner. Sensitive values are in the clear: who stores them seals them.
 */
export function conflictRows(change: AdmittedChange, result: MergeResult, context: ConflictContext): NewConflict[] {
  const groups = Map.groupBy(result.conflicts, ({ policy, winner, serverWrite, field }) =>
    [policy, winner, serverWrite.version, field === DELETION].join('|'),
  );
  return [...groups.values()].map((conflicts) => conflictRow(change, result, conflicts, context));
}

function conflictRow(
  change: AdmittedChange,
  result: MergeResult,
  conflicts: readonly FieldConflict[],
  context: ConflictContext,
): NewConflict {
  const { policy, winner, serverWrite, field } = conflicts[0] as FieldConflict;
  const { writer } = context;
  const actor = context.entries.find((entry) => entry.version === serverWrite.version)?.actor ?? null;
  const kind: ConflictKind =
    change.op === 'delete' ? 'deletedOverEdit' : field === DELETION ? 'editedOverDelete' : 'fields';
  const fields = conflicts.map((conflict) => conflict.field);
  const client = typist(writer, fields);
  return {
    conflictId: context.newId(),
    version: context.nextVersion(),
    entity: change.entity,
    entityId: change.entityId,
    changeId: change.receipt?.changeId ?? null,
    kind,
    fields,
    policy,
    winner,
    client: {
      values: clientValues(change, result, kind, conflicts),
      user: client.userId,
      device: writer.deviceId,
      at: change.at,
    },
    server: {
      values: Object.fromEntries(conflicts.map((conflict) => [conflict.field, conflict.serverValue])),
      user: actor,
      device: serverWrite.device,
      at: serverWrite.at,
    },
    serverVersion: serverWrite.version,
  };
}

/** Whose values they are: a field that was corrected on the way is not its first author's any more. */
function typist(writer: Writer, fields: readonly string[]): Pick<Writer, 'userId'> {
  const { typedBy } = writer;
  return typedBy && !fields.some((field) => typedBy.corrected.has(field)) ? typedBy : writer;
}

function clientValues(
  change: AdmittedChange,
  result: MergeResult,
  kind: ConflictKind,
  conflicts: readonly FieldConflict[],
): NewConflict['client']['values'] {
  switch (kind) {
    case 'deletedOverEdit':
      return { deletedAt: change.at };
    case 'editedOverDelete':
      return Object.fromEntries(result.edits.map(({ field, to }) => [field, to]));
    case 'fields':
      return Object.fromEntries(conflicts.map(({ field, clientValue }) => [field, clientValue]));
  }
}
