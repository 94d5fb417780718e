import { Dexie } from 'dexie';
import { UNSENT } from '../attachments/upload-state.ts';
import { BackhaulError } from '../errors.ts';
import type { ResolvedOptions } from '../options.ts';
import { engineTransaction, type LocalDatabase, readMemory } from '../store/local-database.ts';
import { clearUndeclaredStores } from '../store/undeclared-stores.ts';
import { clearWard } from '../store/ward.ts';
import type { Runner } from '../sync/runner.ts';
import { setAsideEverything } from './bar-device.ts';
import { countSetAside, type SetAsideCounts } from './set-aside-counts.ts';
import type { Escrow } from './start-escrow.ts';

/**
 * What happens to work that the service has not acknowledged:
 * - `refuse`: the sign-out is refused, so that somebody can be asked (`UNSENT_WORK`);
 * - `handOver`: it is sent as far as it can be; the rest goes to a manager, later if there is no network now;
 * - `keep`: all stays as it is, rows included, until the same user signs in here again.
 */
export type UnsentWork = 'refuse' | 'handOver' | 'keep';

/**
 * What becomes of files and messages (`db.sends`) that could not be sent, unless all is kept: nobody takes them over.
 * - `refuse`: the sign-out is refused (`UNSENT_WORK`, with their numbers as `uploads` and `sends`);
 * - `discard`: they are deleted.
 */
export type UnsentFiles = 'refuse' | 'discard';

export type SignOutReport =
  | {
      readonly kind: 'kept';
      readonly pending: number;
      readonly rejected: number;
      readonly uploads: number;
      readonly sends: number;
    }
  /** The local database is gone, or empty but for what could not be moved out of it. `waiting` changes are set aside, and handed over once this user opens the app here again. */
  | ({ readonly kind: 'deleted' } & SetAsideCounts);

export interface SignOutParts {
  readonly local: LocalDatabase;
  readonly options: ResolvedOptions;
  readonly runner: Runner;
  readonly escrow: Escrow;
  /** Sends the files and asks for the messages that can go now. */
  readonly sendOthers: () => Promise<void>;
  /** Ends the sync for good and closes the database. */
  readonly close: () => Promise<void>;
}

/** While there still is a token. Rejects with `UNSENT_WORK`; then nothing has changed. */
export async function signOut(
  { local, options, runner, escrow, sendOthers, close }: SignOutParts,
  { unsent, files }: { readonly unsent: UnsentWork; readonly files: UnsentFiles },
): Promise<SignOutReport> {
  if (unsent === 'keep') {
    const counts = await countUnsent(local);
    await close();
    return { kind: 'kept', ...counts };
  }
  if (unsent === 'handOver') {
    if (await local.outbox.count()) await runner.cycle();
    await sendOthers();
  }
  await leave(local, options, { unsent, files });
  await clearUndeclaredStores(local);
  await clearWard(options);
  runner.dispatch({ kind: 'stopped', reason: 'closed' });
  await runner.settled();
  await escrow.settled();
  await escrow.handOver();
  await leaveAgain(local, options);
  // What could not be moved out of here, on a full disk for example, stays until the next start can.
  const unmoved = await engineTransaction(local, (tx) => tx.escrow.toArray());
  const left = countSetAside([...(await escrow.vault.all()), ...unmoved], options);
  await escrow.forget();
  await close();
  if (unmoved.length === 0) await deleteDatabase(local.dexie, options);
  return { kind: 'deleted', ...left };
}

/** Files and messages with those that were refused. */
type Unsent = Omit<Extract<SignOutReport, { kind: 'kept' }>, 'kind'>;

async function countUnsent(local: LocalDatabase): Promise<Unsent> {
  const [pending, rejected, uploads, sends] = await Promise.all([
    local.outbox.count(),
    local.rejected.count(),
    local.files.where('state.kind').anyOf(UNSENT).count(),
    local.sends.count(),
  ]);
  return { pending, rejected, uploads, sends };
}

/** From here on no tab writes any more: what has been counted is all there is. */
function leave(
  local: LocalDatabase,
  options: ResolvedOptions,
  { unsent, files }: { readonly unsent: 'refuse' | 'handOver'; readonly files: UnsentFiles },
): Promise<void> {
  return engineTransaction(local, async (tx) => {
    const counts = await countUnsent(tx);
    const { pending, rejected, uploads, sends } = counts;
    const isLosing = unsent === 'refuse' && pending + rejected + sends > 0;
    if (isLosing || (uploads + sends > 0 && files === 'refuse')) {
      throw new BackhaulError('UNSENT_WORK', 'Some work has not reached the service', { ...counts });
    }
    await setAside(tx, options);
  });
}

/** A tab that was opened meanwhile took the emptied database for a new device's own: it ends, too, and what it wrote is kept. */
function leaveAgain(local: LocalDatabase, options: ResolvedOptions): Promise<void> {
  return engineTransaction(local, async (tx) => {
    if ((await readMemory(tx)).barred !== 'signedOut') await setAside(tx, options);
  });
}

function setAside(tx: LocalDatabase, { tenantId, userId, now, newId }: ResolvedOptions): Promise<unknown> {
  const at = new Date(now()).toISOString();
  return setAsideEverything(tx, { reason: 'signedOut', owner: { tenantId, userId }, id: newId(), at });
}

/** Milliseconds that a tab that does not let go may hold up a sign-out; the database is empty, and goes when it does. */
const PATIENCE = 5_000;

async function deleteDatabase(dexie: Dexie, { timers }: ResolvedOptions): Promise<void> {
  let cancel = (): void => undefined;
  const tooLong = new Promise<void>((resolve) => {
    cancel = timers.after(PATIENCE, resolve);
  });
  try {
    await Promise.race([dexie.delete(), tooLong]);
  } finally {
    cancel();
  }
}
