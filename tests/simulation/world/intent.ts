import type { Domain, Json } from '@backhaul/shared';
import type { Dexie, Table } from 'dexie';
import { valueKey } from '../oracle/journal.ts';
import type { Edit, PlannedValues } from '../plan/plan.ts';
import type { Device } from './device.ts';
import type { LocalState, Row } from './local-state.ts';

/** A value that a person is about to type. */
export interface Typed {
  readonly entity: string;
  readonly id: string;
  readonly field: string;
  readonly value: Json;
  readonly refusal: string | null;
  /** `false`: an old value of a row that was put back whole; it may count as typed, or not. */
  readonly certain?: false;
  /** Nobody else types this value, although of its kind others might. */
  readonly unique?: true;
}

export interface Removed {
  readonly entity: string;
  readonly id: string;
}

/** What came of a write: what it typed and deleted. */
export interface Written {
  readonly typed: readonly Typed[];
  readonly removed: readonly Removed[];
}

/** A planned edit, bound to what is on the screen now. */
export interface Intent extends Written {
  readonly tables: readonly string[];
  /** Does it, and answers what was really there to be written. */
  run(db: Dexie): Promise<Written>;
}

export interface IntentContext {
  readonly domain: Domain;
  readonly device: Device;
  readonly screen: LocalState;
  /** Whether the person has ever typed into this field. */
  readonly hasTyped: (entity: string, id: string, field: string) => boolean;
}

const NOTHING: Written = { typed: [], removed: [] };

/** `null`: there is nothing on the screen to do it to. */
export function bindEdit(edit: Edit, context: IntentContext): Intent | null {
  // Drawn for a version of the app that is not installed here.
  if ('entity' in edit && context.domain.entities[edit.entity] === undefined) return null;
  switch (edit.kind) {
    case 'add':
      return addIntent(context, edit.entity, [{ id: edit.id, values: resolve(edit.values, context.screen) }]);
    case 'bulkAdd': {
      const records = edit.records.map(({ id, values }) => ({ id, values: resolve(values, context.screen) }));
      return addIntent(context, edit.entity, records);
    }
    case 'readd': {
      const gone = context.device.deleted.filter(
        ({ entity, id }) => entity === edit.entity && !context.screen.rows.get(entity)?.has(id),
      );
      const record = pickOne(gone, edit.pick);
      return record && readdIntent(context, edit.entity, record.id, resolve(edit.values, context.screen));
    }
    case 'update': {
      const row = visible(context, edit.entity, edit.pick);
      return row && updateIntent(context, edit.entity, row.id, { values: resolve(edit.values, context.screen) });
    }
    case 'invalid': {
      const row = visible(context, edit.entity, edit.pick);
      return (
        row && updateIntent(context, edit.entity, row.id, { values: { [edit.field]: edit.value }, refusal: edit.code })
      );
    }
    case 'dangling': {
      const row = visible(context, edit.entity, edit.pick);
      // No other edit of the plan names this target.
      return row && updateIntent(context, edit.entity, row.id, { values: { [edit.field]: edit.target }, unique: true });
    }
    case 'put': {
      const row = visible(context, edit.entity, edit.pick);
      if (row === null) return null;
      const read = (edit.stale ? context.device.read.get(row.id) : undefined) ?? row;
      return putIntent(context, edit.entity, read, resolve(edit.values, context.screen));
    }
    case 'modify': {
      const rows = sortedRows(context.screen, edit.entity).filter((row) => shareOf(row.id) < edit.share);
      return rows.length === 0 ? null : modifyIntent(context, edit.entity, rows, resolve(edit.values, context.screen));
    }
    case 'delete':
    case 'bulkDelete': {
      const picks = edit.kind === 'delete' ? [edit.pick] : edit.picks;
      const rows = picks.map((pick) => visible(context, edit.entity, pick)).filter((row) => row !== null);
      const ids = [...new Set(rows.map(({ id }) => id))];
      return ids.length === 0 ? null : removeIntent(context, edit.entity, ids);
    }
    case 'transaction':
      return transactionIntent(edit, context);
  }
}

type Values = { readonly [field: string]: Json };

function addIntent(
  { domain }: IntentContext,
  entity: string,
  records: readonly { id: string; values: Values }[],
): Intent {
  const typed = records.flatMap(({ id, values }) =>
    typings(entity, id, { ...defaultsOf(domain, entity), ...values }, null),
  );
  const written = { typed, removed: [] };
  return {
    ...written,
    tables: [collection(domain, entity)],
    async run(db) {
      const rows = records.map(({ id, values }) => ({ id, ...values }));
      await tableOf(db, domain, entity).bulkAdd(rows);
      return written;
    },
  };
}

/** A record that is made again has none of what it had before: the other fields are cleared. */
function readdIntent(context: IntentContext, entity: string, id: string, values: Values): Intent {
  const made = addIntent(context, entity, [{ id, values }]);
  const cleared = (context.domain.entities[entity]?.fieldNames ?? [])
    .filter((field) => !made.typed.some((typed) => typed.field === field))
    .map((field): Typed => ({ entity, id, field, value: null, refusal: null, certain: false }));
  const typed = [...made.typed, ...cleared];
  return { ...made, typed, run: async (db) => ({ ...(await made.run(db)), typed }) };
}

interface Updated {
  readonly values: Values;
  readonly refusal?: string | null;
  readonly unique?: true;
}

function updateIntent(
  { domain }: IntentContext,
  entity: string,
  id: string,
  { values, refusal = null, unique }: Updated,
): Intent {
  const known = unique ? { unique } : {};
  const written = { typed: typings(entity, id, values, refusal).map((typed) => ({ ...typed, ...known })), removed: [] };
  return {
    ...written,
    tables: [collection(domain, entity)],
    run: async (db) => ((await tableOf(db, domain, entity).update(id, values)) > 0 ? written : NOTHING),
  };
}

/**
 * Old values in a row that was read earlier overwrite nobody else's. But a person who has typed another since takes that back by
 * putting the old row back.
 */
function putIntent({ domain, hasTyped, screen }: IntentContext, entity: string, read: Row, values: Values): Intent {
  const written = { typed: typings(entity, read.id, values, null), removed: [] };
  const { id } = read;
  const takenBack = (shown: Row): Typed[] =>
    (domain.entities[entity]?.fieldNames ?? [])
      .filter((field) => !Object.hasOwn(values, field) && valueKey(shown[field]) !== valueKey(read[field]))
      .filter((field) => {
        // Typed a moment ago, in this very transaction.
        const isNew = valueKey(shown[field]) !== valueKey(screen.rows.get(entity)?.get(id)?.[field]);
        return isNew || hasTyped(entity, id, field);
      })
      .map((field) => ({ entity, id, field, value: read[field] ?? null, refusal: null, certain: false }));
  const tables = [collection(domain, entity)];
  return {
    ...written,
    tables,
    run: (db) =>
      db.transaction('rw', tables, async () => {
        const table = tableOf(db, domain, entity);
        // Putting back what has gone would make it again, which is another intent.
        const shown = await table.get(id);
        if (!shown) return NOTHING;
        await table.put({ ...read, ...values });
        return { ...written, typed: [...written.typed, ...takenBack(shown)] };
      }),
  };
}

function modifyIntent({ domain }: IntentContext, entity: string, rows: readonly Row[], values: Values): Intent {
  const ids = rows.map(({ id }) => id);
  const tables = [collection(domain, entity)];
  return {
    typed: ids.flatMap((id) => typings(entity, id, values, null)),
    removed: [],
    tables,
    run: (db) =>
      db.transaction('rw', tables, async () => {
        const table = tableOf(db, domain, entity);
        const there = (await table.bulkGet(ids)).filter((row) => row !== undefined).map(({ id }) => id);
        await table.where('id').anyOf(there).modify(values);
        return { typed: there.flatMap((id) => typings(entity, id, values, null)), removed: [] };
      }),
  };
}

function removeIntent({ domain }: IntentContext, entity: string, ids: readonly string[]): Intent {
  const tables = [collection(domain, entity)];
  return {
    typed: [],
    removed: ids.map((id) => ({ entity, id })),
    tables,
    run: (db) =>
      db.transaction('rw', tables, async () => {
        const table = tableOf(db, domain, entity);
        const there = (await table.bulkGet([...ids])).filter((row) => row !== undefined).map(({ id }) => id);
        await table.bulkDelete(there);
        return { typed: [], removed: there.map((id) => ({ entity, id })) };
      }),
  };
}

class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

function transactionIntent(edit: Extract<Edit, { kind: 'transaction' }>, context: IntentContext): Intent | null {
  const parts = edit.edits.map((part) => bindEdit(part, context)).filter((part) => part !== null);
  if (parts.length === 0) return null;
  const tables = [...new Set(parts.flatMap((part) => part.tables))];
  return {
    typed: edit.fails ? [] : parts.flatMap(({ typed }) => typed),
    removed: edit.fails ? [] : parts.flatMap(({ removed }) => removed),
    tables,
    async run(db) {
      const done: Written[] = [];
      try {
        await db.transaction('rw', tables, async () => {
          for (const part of parts) done.push(await part.run(db));
          if (edit.fails) throw new RolledBack();
        });
      } catch (error) {
        if (error instanceof RolledBack) return NOTHING;
        throw error;
      }
      return { typed: done.flatMap(({ typed }) => typed), removed: done.flatMap(({ removed }) => removed) };
    },
  };
}

function typings(entity: string, id: string, values: Values, refusal: string | null): Typed[] {
  return Object.entries(values).map(([field, value]) => ({ entity, id, field, value, refusal }));
}

/** References are bound to what the writer sees; one with nothing to name is left out. */
export function resolve(values: PlannedValues, screen: Pick<LocalState, 'rows'>): Values {
  const resolved: Record<string, Json> = {};
  for (const [field, value] of Object.entries(values)) {
    if (value.kind === 'literal') resolved[field] = value.value;
    else {
      const row = pickOne(sortedRows(screen, value.entity), value.pick);
      if (row) resolved[field] = row.id;
    }
  }
  return resolved;
}

function visible({ screen }: IntentContext, entity: string, pick: number): Row | null {
  return pickOne(sortedRows(screen, entity), pick);
}

export function sortedRows({ rows }: Pick<LocalState, 'rows'>, entity: string): Row[] {
  return [...(rows.get(entity)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function pickOne<T>(items: readonly T[], pick: number): T | null {
  return items[Math.floor(pick * items.length)] ?? null;
}

/** A number from 0 to below 1 that a record keeps. */
function shareOf(id: string): number {
  return parseInt(id.slice(-4), 16) / 0x10000;
}

function collection(domain: Domain, entity: string): string {
  return (domain.entities[entity] as { collection: string }).collection;
}

function tableOf(db: Dexie, domain: Domain, entity: string): Table<Row, string, object> {
  return db.table(collection(domain, entity));
}

function defaultsOf(domain: Domain, entity: string): Values {
  const fields = Object.entries(domain.entities[entity]?.fields ?? {});
  return Object.fromEntries(
    fields.flatMap(([name, field]) =>
      'default' in field && field.default !== undefined ? [[name, field.default]] : [],
    ),
  );
}
