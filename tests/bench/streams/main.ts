import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@backhaul/db';
import { measureIdleStreams } from './idle-streams.ts';
import { type LiveFigures, measureLiveClients } from './live-clients.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

// Streams that carry rows beside streams that only announce them, in turns in one run; then many that nobody has news for. The
// service runs in a process of its own; its clients and PostgreSQL share the machine with it.

const directory = await mkdtemp(join(tmpdir(), 'backhaul-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'postgres') });
try {
  const [carried, announced]: LiveFigures[][] = [[], []];
  for (let round = 0; round < 2; round += 1) {
    carried?.push(await withService({}, measureLiveClients));
    announced?.push(await withService({ BACKHAUL_STREAM_ROWS: '0' }, measureLiveClients));
  }
  const idle = await withService({}, measureIdleStreams);
  const lines = [
    '| 50 devices of one tenant, each writes once a second | p50 | p95 | CPU of the service |',
    '|---|---|---|---|',
    ...liveLines('rows are carried', carried ?? []),
    ...liveLines('a poke, then a pull', announced ?? []),
    '',
    `${idle.streams} idle streams of ${idle.tenants} tenants: ${Math.round(idle.bytesPerStream / 1024)} KiB each; CPU ${percent(idle.cpu)} of a core (${percent(idle.cpuWithout)} without); one write reaches the tenant's ${idle.streams / idle.tenants} devices in ${idle.wakeUp.toFixed(0)} ms`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}

async function withService<T>(
  options: { readonly [name: string]: string },
  measure: (service: ServiceProcess) => Promise<T>,
): Promise<T> {
  const service = await startServiceProcess({
    PORT: '0',
    DATABASE_URL: postgres.connectionString,
    BACKHAUL_DATA: directory,
    BACKHAUL_DEMO: 'false',
    ...options,
  });
  try {
    return await measure(service);
  } finally {
    await service.stop();
  }
}

function liveLines(name: string, rounds: readonly LiveFigures[]): string[] {
  return rounds.map(
    ({ p50, p95, cpu, deliveries }) =>
      `| ${name} (${deliveries} deliveries) | ${p50.toFixed(1)} ms | ${p95.toFixed(1)} ms | ${percent(cpu)} |`,
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
