import type { ClientDomain } from '@backhaul/shared';
import { BackhaulError } from '../errors.ts';
import { barredError } from '../escrow/barred-error.ts';
import type { ResolvedOptions } from '../options.ts';
import { settlement } from '../rejected/rejected-changes.ts';
import { type LocalDatabase, readMemory } from '../store/local-database.ts';
import type { ReadOnlyTable } from '../store/read-only-table.ts';
import type { AskedSend, SendAsk } from './asked-send.ts';

/**
 * `db.sends`: requests to send records to customers, until the service has taken them; a request may be made without a network.
 * Live like any table. The methods reject `IN_TRANSACTION` inside a transaction of the app.
 */
export interface Sends<Path extends string = string> extends ReadOnlyTable<AskedSend> {
  /**
   * Kept on this device, durably, and sent once the record has no pending change here. Answers its id. Rejects with what writes
   * are refused with while nothing may be written.
   */
  ask(path: Path, entityId: string, request: SendAsk): Promise<string>;
  /** Asks again what was refused. */
  retry(id: string): Promise<void>;
  /** Gives up what has not been sent. */
  discard(id: string): Promise<void>;
}

interface SendsParts {
  readonly local: LocalDatabase;
  readonly options: ResolvedOptions;
  readonly wake: () => void;
}

export function sendsOf({ sends }: ClientDomain, { local, options, wake }: SendsParts): Sends {
  const settle = async (work: (tx: LocalDatabase) => PromiseLike<unknown>): Promise<void> => {
    await settlement(local, [local.sends, local.memory], async (tx) => {
      const { barred } = await readMemory(tx);
      if (barred) throw barredError(barred);
      await work(tx);
    });
    wake();
  };
  return Object.assign(local.sends, {
    async ask(path: string, entityId: string, request: SendAsk) {
      const entity = sends?.[path];
      if (entity === undefined) throw new BackhaulError('INVALID_VALUE', `Nothing is sent by ${path}`);
      const id = options.newId();
      const at = new Date(options.now()).toISOString();
      await settle((tx) => tx.sends.add({ id, path, entity, entityId, request, at, ...FRESH }));
      return id;
    },
    // A refusal is not kept under its key, so the same one serves.
    retry: (id: string) => settle((tx) => tx.sends.update(id, FRESH)),
    discard: (id: string) => settle((tx) => tx.sends.delete(id)),
  });
}

const FRESH = { state: 'waiting', code: null, reason: null, notBefore: 0 } as const;
