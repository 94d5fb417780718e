import type { ResolvedOptions } from '../options.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import type { Transport } from '../transport/transport.ts';

export interface Sender {
  /** Sends what can be sent now; resolves when it has been tried. Never rejects. */
  wake(): Promise<void>;
  close(): void;
}

export interface SenderParts {
  readonly local: LocalDatabase;
  readonly options: ResolvedOptions;
  readonly transport: Transport;
}

/**
 * Sends what was asked, whichever tab asked. Several tabs may do so at once: a request has a key of its own, so the service
 * takes it once.
 */
export function createSender(parts: SenderParts): Sender {
  const { local, options } = parts;
  const closed = new AbortController();
  let underway: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function run(): Promise<void> {
    if (!options.signals.isOnline() || !(await local.sends.count())) return;
    // It needs the network, as what it does does.
    const { sendAsked } = await import('./send-asked.ts');
    await sendAsked(parts, closed.signal);
  }

  return {
    /** One pass at a time; whoever asks while one is under way shares the one after it. */
    wake() {
      next ??= underway.then(() => {
        next = undefined;
        return run().catch(() => undefined);
      });
      underway = next;
      return next;
    },
    close: () => closed.abort(),
  };
}
