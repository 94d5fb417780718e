import { startEmbeddedPostgres } from '../embedded/embedded-postgres.ts';

// Run as a process of its own by the tests of embedded PostgreSQL, which kill it in various ways. Prints one line of JSON when
// the server is up, or one with the error.
const [dataDir = ''] = process.argv.slice(2);
try {
  const server = await startEmbeddedPostgres({ dataDir });
  const keepAlive = setInterval(() => undefined, 60_000);
  process.once('SIGINT', () => void server.stop().then(() => clearInterval(keepAlive)));
  process.stdout.write(`${JSON.stringify({ connectionString: server.connectionString })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: (error as Error).message })}\n`);
}
