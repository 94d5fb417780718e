import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ALL_BOUNDS, describeBound } from './bound.ts';
import { addTally, emptyTally, type Share, type Tally } from './walk.ts';

/** Every history of every bound, on as many threads as there are processors (or as the first argument says). */
const threads = Number(process.argv[2] ?? availableParallelism());
const started = performance.now();
const tallies = ALL_BOUNDS.map(emptyTally);
const write = (line: string): void => void process.stdout.write(`${line}\n`);
await Promise.all(Array.from({ length: threads }, (_, index) => runShare({ index, count: threads })));

const sum = emptyTally();
for (const [index, bound] of ALL_BOUNDS.entries()) {
  const tally = tallies[index] as Tally;
  write(`${describeBound(bound)}: ${describeTally(tally)}`);
  addTally(sum, tally);
}
for (const example of sum.examples) write(example);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
write(`Merge by exhaustion: ${describeTally(sum)}, ${seconds} s on ${threads} threads`);
if (sum.failures > 0) process.exitCode = 1;

function runShare(share: Share): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: share });
    worker.on('message', ({ index, tally }: { index: number; tally: Tally }) =>
      addTally(tallies[index] as Tally, tally),
    );
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A thread ended with ${code}`))));
  });
}

function describeTally({ histories, decisions, conflicts, failures }: Tally): string {
  const number = (value: number): string => value.toLocaleString('en-US');
  return `${number(histories)} histories, ${number(decisions)} decisions, ${number(conflicts)} conflicts, ${number(failures)} failures`;
}
