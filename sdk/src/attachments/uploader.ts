import type { ResolvedOptions } from '../options.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import type { Transport } from '../transport/transport.ts';

export interface UploadParts {
  readonly local: LocalDatabase;
  readonly options: ResolvedOptions;
  readonly transport: Transport;
}

export interface FileParts extends UploadParts {
  /** What could not be stored, where the caller goes without. */
  readonly storageTrouble: (error: unknown) => void;
}

/** Sends what waits, one file after the other, beside the sync: nothing of it holds up a push or a pull. */
export interface Uploader {
  /** Whether this tab is the one that sends. */
  lead(leads: boolean): void;
  /** Something may have become possible. */
  wake(): void;
  /** Sends what can be sent now, whoever leads. Never rejects. */
  now(): Promise<void>;
  close(): Promise<void>;
}

/** When files are sent; `onPass`: some may have arrived. How is in `send-files.ts`, which an app without files never loads. */
export function createUploader({ onPass, ...parts }: UploadParts & { readonly onPass: () => void }): Uploader {
  const { local, options } = parts;
  const closed = new AbortController();
  let leading = false;
  let underway: Promise<void> = Promise.resolve();
  let cancelTimer = (): void => undefined;

  /** Passes come one after the other; one that is asked for while another runs looks at everything again. */
  function run(): Promise<void> {
    cancelTimer();
    // What can not be read or loaded now is tried again with the next reason to.
    underway = underway.then(pass).catch(() => undefined);
    return underway;
  }

  async function pass(): Promise<void> {
    if (closed.signal.aborted || (await local.files.count()) === 0) return;
    const { sendFiles } = await import('./send-files.ts');
    const wait = await sendFiles(parts, closed.signal);
    onPass();
    if (wait !== null && leading && !closed.signal.aborted) cancelTimer = options.timers.after(wait, wake);
  }

  function wake(): void {
    if (leading && !closed.signal.aborted) void run();
  }

  return {
    lead(leads) {
      leading = leads;
      if (!leads) cancelTimer();
      wake();
    },
    wake,
    now: run,
    async close() {
      closed.abort();
      cancelTimer();
      await underway;
    },
  };
}
