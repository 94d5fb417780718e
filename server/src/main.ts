import { type Config, ConfigError, loadConfig } from './config/load-config.ts';
import { errorFacts } from './http/error-log.ts';
import type { LogSettings } from './infra/log-settings.ts';
import { watchParents } from './infra/parent-watch.ts';
import { type RunningService, StartError, startService } from './start-service.ts';

/** Longest wait for requests in flight and for the database; whoever asked to stop should not have to ask twice. */
const STOP_MS = 15_000;
/** Ctrl-C reaches the whole chain of package managers, and some of them pass it on: that is one request, not two. */
const SAME_REQUEST_MS = 300;

let service: RunningService | null = null;
let stopping = false;
let stopRequestedAt = 0;

// First of all: a signal or a lost parent during the start counts too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => requestStop());
watchParents(() => {
  if (!stopping) requestStop();
});
process.on('uncaughtException', (error) => fail(error));
process.on('unhandledRejection', (reason) => fail(reason));

await start();

async function start(): Promise<void> {
  let started: RunningService;
  try {
    const config = loadConfig(process.env, process.cwd());
    started = await startService(config, logSettings(config));
  } catch (error) {
    describeFailure(error);
    process.exit(1);
  }
  service = started;
  if (stopping) return stop(0);
  print(process.stdout, `Backhaul ready at ${started.address}`);
}

/** Asked once more, it does not wait: the database recovers at the next start. */
function requestStop(): void {
  const repeated = stopping && performance.now() - stopRequestedAt > SAME_REQUEST_MS;
  if (repeated) process.exit(1);
  if (stopping) return;
  stopping = true;
  stopRequestedAt = performance.now();
  if (service) void stop(0);
}

/** A bug: nothing that runs can be trusted any more, so the service ends and its supervisor starts a fresh one. */
function fail(error: unknown): void {
  describeFailure(error);
  if (stopping || !service) process.exit(1);
  stopping = true;
  void stop(1);
}

async function stop(exitCode: number): Promise<void> {
  setTimeout(() => {
    print(process.stderr, `Did not stop within ${STOP_MS / 1000} s; leaving.`);
    process.exit(1);
  }, STOP_MS);
  try {
    await service?.stop();
  } catch (error) {
    describeFailure(error);
    process.exit(1);
  }
  process.exit(exitCode);
}

function describeFailure(error: unknown): void {
  if (error instanceof ConfigError) {
    print(process.stderr, `${error.message}:\n${error.problems.map((problem) => `  - ${problem}`).join('\n')}`);
  } else if (error instanceof StartError) {
    print(process.stderr, error.message);
  } else {
    // Until it serves, no message can hold anybody's data.
    const { name, message = service ? '' : messages(error), at } = errorFacts(error);
    print(process.stderr, [`${name}: ${message}`, ...at].join('\n    at '));
  }
}

/** An error's message and those of its causes. */
function messages(error: unknown): string {
  return error instanceof Error ? [error.message, messages(error.cause)].filter((text) => text !== '').join(': ') : '';
}

function logSettings({ logLevel }: Config): LogSettings {
  return logLevel === null
    ? { kind: 'human', write: (line) => void process.stderr.write(line) }
    : { kind: 'json', level: logLevel, write: (line) => void process.stdout.write(line) };
}

function print(stream: NodeJS.WriteStream, line: string): void {
  stream.write(`${line}\n`);
}
