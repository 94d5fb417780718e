import type { fieldService } from '@backhaul/shared';
import type { Table } from 'dexie';
import { expectTypeOf, test } from 'vitest';
import type { BackhaulDatabase } from './database-types.ts';

type Db = BackhaulDatabase<typeof fieldService>;
type Task = Db['tasks'] extends Table<infer Row, string, infer _> ? Row : never;
type NewTask = Db['tasks'] extends Table<infer _, string, infer New> ? New : never;

test('tables and their records come from the declaration', () => {
  expectTypeOf<Db>().toHaveProperty('financeEntries');
  expectTypeOf<Db>().toHaveProperty('serviceTypes');
  expectTypeOf<Task['status']>().toEqualTypeOf<'scheduled' | 'inProgress' | 'completed' | 'canceled'>();
  expectTypeOf<Task['notes']>().toEqualTypeOf<string | null>();
  expectTypeOf<Task['updatedAt']>().toEqualTypeOf<string | null>();
});

test('a wrong field, a wrong enum value and a missing required field do not compile', () => {
  const task = { title: 'A', date: '2026-01-01', status: 'scheduled' } as const;
  expectTypeOf(task).toExtend<NewTask>();
  expectTypeOf<Task>().toExtend<NewTask>();
  expectTypeOf({ ...task, status: 'done' } as const).not.toExtend<NewTask>();
  expectTypeOf({ ...task, title: 7 }).not.toExtend<NewTask>();
  expectTypeOf({ title: 'A', status: 'scheduled' } as const).not.toExtend<NewTask>();
  expectTypeOf<keyof NewTask>().not.toEqualTypeOf<string>();
  expectTypeOf<'titel'>().not.toExtend<keyof NewTask>();
});

test('the engine’s tables are read-only', () => {
  expectTypeOf<Db['rejected']>().not.toHaveProperty('put');
  expectTypeOf<Db['conflicts']>().not.toHaveProperty('clear');
  expectTypeOf<Db['rejected']>().toHaveProperty('toArray');
});
