import { barReasonOf } from '../escrow/barred-error.ts';
import type { ResolvedOptions } from '../options.ts';
import { engineTransaction, type LocalDatabase } from '../store/local-database.ts';
import type { Transport } from '../transport/transport.ts';
import type { AskedSend } from './asked-send.ts';

export interface Sender {
  /** Sends what can be sent now; resolves when it has been tried. Never rejects. */
  wake(): Promise<void>;
  close(): void;
}

/**
 * Sends what was asked, in that order, whichever tab asked. Several tabs may do so at once: a request has a key of its own, so
 * the service takes it once.
 */
export function createSender({
  local,
  options,
  transport,
}: {
  readonly local: LocalDatabase;
  readonly options: ResolvedOptions;
  readonly transport: Transport;
}): Sender {
  const closed = new AbortController();
  let running: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    if (closed.signal.aborted || !options.signals.isOnline()) return;
    const waiting = await local.sends.where('state').equals('waiting').sortBy('at');
    for (const asked of waiting) {
      if (asked.notBefore > options.now() || (await isPending(local, asked))) continue;
      if ((await trySend(asked)) === 'stop' || closed.signal.aborted) return;
    }
  }

  async function trySend({ id, path, entityId, request }: AskedSend): Promise<'goOn' | 'stop'> {
    const answer = await transport.send({ path, entityId, body: { ...request, idempotencyKey: id } }, closed.signal);
    if (answer.ok) {
      await engineTransaction(local, (tx) => tx.sends.delete(id));
      return 'goOn';
    }
    const { kind, code, message: reason, status, retryAfter } = answer.failure;
    if (status === null || kind === 'revoked' || barReasonOf(code)) return 'stop';
    const waits = kind === 'transient' || code === 'OPEN_CONFLICT' || code === 'INVALID_RESPONSE';
    const notBefore = options.now() + (retryAfter ?? 0);
    const state = waits ? 'waiting' : 'refused';
    await engineTransaction(local, (tx) => tx.sends.update(id, { state, code, reason, notBefore }));
    return 'goOn';
  }

  return {
    wake() {
      running = running.then(run).catch(() => undefined);
      return running;
    },
    close: () => closed.abort(),
  };
}

/** It goes out after the record itself. */
async function isPending({ outbox }: LocalDatabase, { entity, entityId }: AskedSend): Promise<boolean> {
  return (await outbox.where('[entity+entityId]').equals([entity, entityId]).count()) > 0;
}
