import { Dexie } from 'dexie';
import { barredError } from '../escrow/barred-error.ts';
import { type LocalDatabase, readMemory, within } from '../store/local-database.ts';
import { blankRow } from '../store/overlay.ts';
import { ATTACHMENT } from '../store/schema.ts';
import { markTransaction } from '../store/transaction-marks.ts';
import type { LocalFile } from './local-file.ts';

/** A transaction over files and their records, in which nothing is queued. */
export function filesTransaction<T>(
  local: LocalDatabase,
  work: (tx: LocalDatabase) => Promise<T>,
  mode: 'rw!' | 'r!' = 'rw!',
): Promise<T> {
  const tables = [local.files, local.bytes, local.memory, local.rows(ATTACHMENT)];
  return Dexie.ignoreTransaction(() =>
    local.dexie.transaction(mode, tables, async (transaction) => {
      markTransaction(transaction, 'engine');
      return work(within(local, transaction));
    }),
  );
}

/** Keeps file, bytes and record together, or nothing. Throws what writes are refused with while nothing may be written. */
export function keepFile(local: LocalDatabase, file: LocalFile, bytes: ArrayBuffer): Promise<void> {
  return filesTransaction(local, async (tx) => {
    const { barred } = await readMemory(tx);
    if (barred) throw barredError(barred);
    await tx.files.put(file);
    await tx.bytes.put({ id: file.id, bytes });
    await showFiles(tx, [file]);
  });
}

/** Records of files that the service does not tell of yet: shown like any other, `pending`. */
export async function showFiles(tx: LocalDatabase, files: readonly LocalFile[]): Promise<void> {
  const entity = tx.entity(ATTACHMENT);
  if (entity === null || files.length === 0) return;
  const rows = tx.rows(ATTACHMENT);
  const known = await rows.bulkGet(files.map(({ id }) => id));
  const missing = files.filter((_, index) => known[index] === undefined);
  await rows.bulkPut(
    missing.map(({ id, ownerType, ownerId, mimeType, size, sha256, purpose, fileName }) => ({
      ...blankRow(entity, id),
      ownerType,
      ownerId,
      mimeType,
      size,
      sha256,
      fileName,
      status: 'pending',
      purpose: purpose ?? 'general',
    })),
  );
}

/** Within a transaction over files. */
export async function dropCopies(tx: LocalDatabase, ids: string[]): Promise<void> {
  await tx.files.bulkDelete(ids);
  await tx.bytes.bulkDelete(ids);
}

/** Within an engine transaction: copies go, and, unless they may yet be sent, all other files, too. Answers how many of those. */
export async function forgetFiles(tx: LocalDatabase, keepUnsent: boolean): Promise<number> {
  const copies = await tx.files.where('state.kind').equals('done').primaryKeys();
  await dropCopies(tx, copies);
  if (keepUnsent) return 0;
  const lost = await tx.files.count();
  await tx.files.clear();
  await tx.bytes.clear();
  return lost;
}
