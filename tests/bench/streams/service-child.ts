import { loadConfig, startService } from '@backhaul/server';

// A service in a process of its own, so that what it uses can be told from what its clients use. Its options are in the
// environment; it answers every message with its usage, and ends with its parent.

const service = await startService(loadConfig(process.env, process.cwd()), {
  kind: 'json',
  level: 'warn',
  write: (line) => void process.stderr.write(line),
});
process.on('message', () => process.send?.(usage()));
process.on('disconnect', () => void service.stop().then(() => process.exit(0)));
process.send?.(service.address);

function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, bytes: process.memoryUsage().rss };
}
