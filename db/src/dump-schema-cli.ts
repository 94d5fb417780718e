import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from './create-database.ts';
import { startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { migrate } from './migrate.ts';
import { dumpSchema } from './schema/dump-schema.ts';
import { lineDiff } from './schema/line-diff.ts';

const FILE = new URL('../schema.sql', import.meta.url);
const [mode, ...rest] = process.argv.slice(2);

if (rest.length > 0 || (mode !== '--write' && mode !== '--check')) {
  process.stderr.write('Usage: dump-schema-cli.ts --write | --check\n');
  process.exitCode = 2;
} else {
  const dump = await dumpMigrated();
  if (mode === '--write') await writeFile(FILE, dump);
  else check(await readStored(), dump);
}

function check(stored: string, dump: string): void {
  if (stored === dump) return;
  process.stderr.write(
    'db/schema.sql differs from what the migrations make. Run `pnpm schema:dump` and commit the result.\n' +
      `${lineDiff(stored, dump).join('\n')}\n`,
  );
  process.exitCode = 1;
}

/** On a database of its own, so that the answer depends on the migrations alone. */
async function dumpMigrated(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'backhaul-schema-'));
  try {
    const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
    const database = createDatabase({ connectionString: server.connectionString, max: 1 });
    try {
      await migrate(database);
      return await dumpSchema(database);
    } finally {
      await database.close();
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function readStored(): Promise<string> {
  try {
    return await readFile(FILE, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
