import type { EscrowReason } from '@backhaul/shared';
import type { ResolvedOptions } from '../options.ts';
import type { ObservedSource } from '../status/observable.ts';
import type { SyncStatus } from '../status/sync-status.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import { clearWard } from '../store/ward.ts';
import type { Failure } from '../transport/failure.ts';
import { barDevice, type WorkOwner } from './bar-device.ts';
import { createHandOver } from './hand-over.ts';
import { isEmpty } from './lapse.ts';
import { countSetAside } from './set-aside-counts.ts';
import { createVault, type Vault } from './vault.ts';

/** What becomes of work that a device may not push any more. */
export interface Escrow {
  readonly vault: Vault;
  /** Ends this device's work in the tenant, at once and durably, and begins to hand over what was not acknowledged. */
  bar(reason: EscrowReason): Promise<void>;
  /** Hands over what can be now. Never rejects. */
  handOver(): Promise<Failure | null>;
  /** Removes what is only kept to tell this user of it. */
  forget(): Promise<void>;
  /** Resolves when no bar is under way any more. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface EscrowParts {
  readonly local: LocalDatabase;
  readonly options: ResolvedOptions;
  readonly status: ObservedSource<SyncStatus>;
}

export function startEscrow({ local, options, status }: EscrowParts): Escrow {
  const owner: WorkOwner = { tenantId: options.tenantId, userId: options.userId };
  const vault = createVault(options);
  const handOver = createHandOver({ local, vault, options, onProgress: () => void showCounts() });
  let underway: Promise<void> = Promise.resolve();

  async function showCounts(): Promise<void> {
    // The vault may be closed, or not to be opened: there are no newer numbers then.
    const works = await vault.all().catch(() => null);
    if (works === null) return;
    const counts = countSetAside(works, owner);
    const { waiting, handedOver, lapsed } = status.get().setAside;
    const isSame = counts.waiting === waiting && counts.handedOver === handedOver && counts.lapsed === lapsed;
    if (!isSame) status.update({ setAside: counts });
  }

  async function bar(reason: EscrowReason): Promise<void> {
    const at = new Date(options.now()).toISOString();
    if (await barDevice(local, { reason, owner, id: options.newId(), at })) await clearWard(options);
    await vault.takeOver(local);
    await showCounts();
    handOver.wake();
  }

  let wasOnline = options.signals.isOnline();
  const unsubscribe = options.signals.subscribe(() => {
    const isOnline = options.signals.isOnline();
    if (isOnline && !wasOnline) handOver.wake();
    wasOnline = isOnline;
  });
  if (options.autoSync) handOver.start();
  else void showCounts();

  return {
    vault,
    bar(reason) {
      const barred = underway.then(() => bar(reason));
      underway = barred.catch(() => undefined);
      return barred;
    },
    handOver: () => handOver.now(),
    async forget() {
      for (const work of await vault.all()) {
        const isOwn = work.tenantId === owner.tenantId && work.userId === owner.userId;
        if (isOwn) await vault.change(work.id, (known) => (isEmpty(known) ? null : known));
      }
    },
    settled: () => underway,
    async close() {
      unsubscribe();
      await underway;
      await handOver.close();
    },
  };
}
