import { parentPort, workerData } from 'node:worker_threads';
import { ALL_BOUNDS } from './bound.ts';
import { type Share, walk } from './walk.ts';

for (const [index, bound] of ALL_BOUNDS.entries()) {
  parentPort?.postMessage({ index, tally: walk(bound, workerData as Share) }, []);
}
