import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, type Database } from './create-database.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { databaseUrl } from './testing/test-server.ts';

const name = `test_migrate_${randomBytes(8).toString('hex')}`;
let server: Database;
let all: string[];

beforeAll(async () => {
  server = createDatabase({ connectionString: inject('postgresOwnerUrl'), max: 1 });
  await server.pool.query(`create database ${name}`);
  const files = await readdir(new URL('../migrations/', import.meta.url));
  all = files.map((file) => file.replace(/\.sql$/, '')).sort();
});
afterAll(async () => {
  await server.pool.query(`drop database ${name} with (force)`);
  await server.close();
});

describe('migrate', () => {
  it('applies each migration once when four processes start together', async () => {
    const processes = Array.from({ length: 4 }, () =>
      createDatabase({ connectionString: databaseUrl(inject('postgresOwnerUrl'), name), max: 2 }),
    );
    const [first] = processes as [Database];
    try {
      expect(await pendingMigrations(first)).toEqual(all);
      const applied = await Promise.all(processes.map(migrate));
      expect(applied.flat().sort()).toEqual(all);
      expect(await pendingMigrations(first)).toEqual([]);
      expect(await migrate(first)).toEqual([]);
    } finally {
      await Promise.all(processes.map((database) => database.close()));
    }
  });

  it('numbers its files without gaps and says of each whether older code can live with it', async () => {
    expect(all.map((migration) => migration.slice(0, 4))).toEqual(
      all.map((_, index) => String(index + 1).padStart(4, '0')),
    );
    for (const migration of all) {
      const text = await readFile(new URL(`../migrations/${migration}.sql`, import.meta.url), 'utf8');
      expect(text.split('\n')[0]).toMatch(/^-- (compatible|breaking)/);
    }
  });
});
