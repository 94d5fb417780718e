import type { Entity } from '@backhaul/shared';
import type { DBCoreCursor, DBCoreTable, DBCoreTransaction } from 'dexie';
import type { Row } from './rows.ts';
import { markOf } from './transaction-marks.ts';
import { declaredFields } from './undeclared-fields.ts';

/** A table of records as the app may read it: with the fields that it declares. The engine reads everything. */
export function declaredReads(table: DBCoreTable, entity: Entity): Omit<DBCoreTable, 'mutate'> {
  const shown = (trans: DBCoreTransaction, row: Row | undefined): Row | undefined =>
    row === undefined || markOf(trans) === 'engine' ? row : declaredFields(entity, row);
  return {
    ...table,
    get: (request) => table.get(request).then((row: Row | undefined) => shown(request.trans, row)),
    getMany: (request) =>
      table.getMany(request).then((rows: (Row | undefined)[]) => rows.map((row) => shown(request.trans, row))),
    query: (request) =>
      table.query(request).then((response) => {
        if (!request.values || markOf(request.trans) === 'engine') return response;
        return { ...response, result: response.result.map((row: Row) => declaredFields(entity, row)) };
      }),
    openCursor: (request) =>
      table
        .openCursor(request)
        .then((cursor) =>
          cursor && request.values ? shownCursor(cursor, (row) => shown(request.trans, row)) : cursor,
        ),
  };
}

/** Own getters for what IndexedDB's cursor has on its prototype: those refuse any other object. */
function shownCursor(cursor: DBCoreCursor, shown: (row: Row | undefined) => Row | undefined): DBCoreCursor {
  return Object.create(cursor, {
    key: { get: () => cursor.key as unknown },
    primaryKey: { get: () => cursor.primaryKey as unknown },
    value: { get: () => shown(cursor.value as Row | undefined) },
  }) as DBCoreCursor;
}
