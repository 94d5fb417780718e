import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import { inject } from 'vitest';
import { createDatabase } from '../create-database.ts';
import { databaseUrl } from './test-server.ts';

const FOLDER = new URL('../../migrations/', import.meta.url);

/** A database as it was before a migration, to see what that makes of rows that are there. */
export interface DatabaseBefore {
  readonly pool: Pool;
  /** Makes another role the owner, which locks every table; `apply` does so by itself. */
  prepare(): Promise<void>;
  /** Applies the migration as who owns the tables and is no superuser: row-level security binds them, too. */
  apply(): Promise<void>;
  drop(): Promise<void>;
}

/** `0005_scope_exits.sql` */
export async function createDatabaseBefore(migration: string): Promise<DatabaseBefore> {
  const name = `test_migration_${randomBytes(8).toString('hex')}`;
  const owner = `${name}_owner`;
  const server = createDatabase({ connectionString: inject('postgresOwnerUrl'), max: 1 });
  await server.pool.query(`create database ${name}`);
  await server.pool.query(`create role ${owner}`);
  const database = createDatabase({ connectionString: databaseUrl(inject('postgresOwnerUrl'), name), max: 1 });
  const { pool } = database;
  const run = async (file: string) => pool.query(await readFile(new URL(file, FOLDER), 'utf8'));
  for (const file of (await readdir(FOLDER)).filter((one) => one < migration).sort()) await run(file);
  let isPrepared = false;
  const prepare = async () => {
    if (isPrepared) return;
    isPrepared = true;
    const { rows: tables } = await pool.query<{ tablename: string }>(
      "select tablename from pg_tables where schemaname = 'public'",
    );
    for (const { tablename } of tables) await pool.query(`alter table ${tablename} owner to ${owner}`);
    await pool.query(`grant create, usage on schema public to ${owner}`);
  };
  return {
    pool,
    prepare,
    async apply() {
      await prepare();
      await pool.query(`set role ${owner}`);
      await run(migration);
      await pool.query('reset role');
    },
    async drop() {
      await database.close();
      await server.pool.query(`drop database ${name} with (force)`);
      await server.pool.query(`drop role ${owner}`);
      await server.close();
    },
  };
}
