import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@backhaul/db';
import { loadConfig, startService } from '@backhaul/server';
import { Client } from 'pg';
import { openBench, type Bench } from './bench-client.ts';
import { idlePull, initialPull, pushRows } from './measurements.ts';
import { moveTasks, pullMoved } from './scope-measurements.ts';

// Prints one table: each figure of the service beside what bare PostgreSQL takes for the same rows, alternating in one run, so
// that a slow machine slows both. Medians; the ratio is what to compare between machines.

const directory = await mkdtemp(join(tmpdir(), 'backhaul-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'postgres') });
try {
  const environment = {
    PORT: '0',
    DATABASE_URL: postgres.connectionString,
    BACKHAUL_DATA: directory,
    BACKHAUL_DEMO: 'false',
  };
  const service = await startService(loadConfig(environment, directory), {
    kind: 'json',
    level: 'silent',
    write: () => {},
  });
  const bare = new Client({ connectionString: postgres.connectionString });
  await bare.connect();
  try {
    await run(await openBench(service.address, bare));
  } finally {
    await bare.end();
    await service.stop();
  }
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}

async function run(bench: Bench): Promise<void> {
  const rows = [
    await pushRows(bench),
    await initialPull(bench),
    await idlePull(bench),
    await moveTasks(bench),
    await pullMoved(bench),
  ];
  const [cpu] = cpus();
  const lines = [
    `Node ${process.version}, ${cpus().length} x ${cpu?.model ?? 'unknown CPU'}, PostgreSQL embedded, default settings`,
    '',
    '| measurement | Backhaul | bare PostgreSQL | ratio |',
    '|---|---|---|---|',
    ...rows.map(({ name, unit, ours, bare, ratio }) => `| ${name} | ${ours} ${unit} | ${bare} ${unit} | ${ratio} |`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
