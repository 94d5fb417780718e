import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

let isBusy = false;

/**
 * Whether a picture can be shown to its last line; `null` while another one is looked at: it takes a processor for seconds, so the
 * process does one at a time, in a thread of its own.
 */
export async function checkPicture(bytes: Buffer): Promise<boolean | null> {
  if (isBusy) return null;
  isBusy = true;
  try {
    const thread = new Worker(new URL('picture-thread.ts', import.meta.url), { workerData: bytes });
    const [isWhole] = (await once(thread, 'message')) as [boolean];
    return isWhole;
  } finally {
    isBusy = false;
  }
}
