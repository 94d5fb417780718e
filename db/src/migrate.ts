import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type { Database } from './create-database.ts';

/** Where kysely keeps what it has applied: apart from the schema that tenancy rules are checked on. */
export const MIGRATION_SCHEMA = 'backhaul_migrations';

/**
 * Applies what is missing, all of it or nothing, and answers the names it applied. Needs the owner's connection. Safe when
 * several processes start at once: they take turns on an advisory lock. Throws with the name of the failing migration.
 */
export async function migrate(database: Database): Promise<string[]> {
  const { error, results = [] } = await migratorFor(database).migrateToLatest();
  if (error !== undefined) {
    const failed = results.find((result) => result.status === 'Error');
    throw new Error(failed ? `Migration ${failed.migrationName} failed` : 'Migrating failed', { cause: error });
  }
  return results.map((result) => result.migrationName);
}

/** Names that `migrate` would apply. Needs the owner's connection. */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const migrations = await migratorFor(database).getMigrations();
  return migrations.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name);
}

function migratorFor(database: Database): Migrator {
  return new Migrator({ db: database.kysely, provider: sqlFiles, migrationTableSchema: MIGRATION_SCHEMA });
}

const FOLDER = new URL('../migrations/', import.meta.url);

/** One plain SQL file each, `NNNN_name.sql`, sent as a whole: applied in the order of their names, never edited. */
const sqlFiles: MigrationProvider = {
  async getMigrations() {
    const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql'));
    const migrations = names.map(async (name): Promise<[string, Migration]> => {
      const text = await readFile(new URL(name, FOLDER), 'utf8');
      return [name.slice(0, -'.sql'.length), { up: async (db) => void (await sql.raw(text).execute(db)) }];
    });
    return Object.fromEntries(await Promise.all(migrations));
  },
};
