import { parentPort, workerData } from 'node:worker_threads';
import { isWholePicture } from './logo.ts';

/** The thread of `checkPicture`. */
parentPort?.postMessage(isWholePicture(Buffer.from(workerData as Uint8Array)));
