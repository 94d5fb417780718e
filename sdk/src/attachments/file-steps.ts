import { type LocalDatabase, readMemory } from '../store/local-database.ts';
import { ATTACHMENT } from '../store/schema.ts';
import { dropCopies, filesTransaction, showFiles } from './file-store.ts';
import type { LocalFile } from './local-file.ts';
import { transition, type UploadEvent } from './upload-machine.ts';
import { UNSENT } from './upload-state.ts';

/** The next state of a file, stored before anything is done about it; `null` where it is gone. */
export function step(local: LocalDatabase, id: string, event: UploadEvent): Promise<LocalFile | null> {
  return filesTransaction(local, async (tx) => {
    const file = await tx.files.get(id);
    if (!file) return null;
    const state = transition(file.state, event);
    const next = { ...file, state, sent: state.kind === 'done' ? file.size : state.kind === 'waiting' ? 0 : file.sent };
    if (state !== file.state) await tx.files.put(next);
    if (state.kind === 'done') await trimCopies(tx, 0);
    return next;
  });
}

/** Gives a file up that the service does not have. */
export function dropFile(local: LocalDatabase, id: string): Promise<void> {
  return filesTransaction(local, async (tx) => {
    const file = await tx.files.get(id);
    if (!file || file.state.kind === 'done') return;
    await tx.files.delete(id);
    await tx.bytes.delete(id);
    // One that was announced goes when the service gives it up.
    if ((await tx.rows(ATTACHMENT).get(id))?.updatedAt === null) await tx.rows(ATTACHMENT).delete(id);
  });
}

/**
 * Files follow the records that the service tells of: a copy goes with its record, which may have been deleted or have left the
 * member's scope, and what is still to be sent is shown again where a resync has taken its record away. Answers whether anything
 * may be sent at all.
 */
export function tidyFiles(local: LocalDatabase): Promise<boolean> {
  return filesTransaction(local, async (tx) => {
    if ((await readMemory(tx)).barred) return false;
    await showFiles(tx, await tx.files.where('state.kind').anyOf(UNSENT).toArray());
    const copies = await tx.files.where('state.kind').equals('done').primaryKeys();
    const rows = await tx.rows(ATTACHMENT).bulkGet(copies);
    await dropCopies(
      tx,
      copies.filter((_, index) => rows[index] === undefined),
    );
    return true;
  });
}

/** Copies of files that the service has, in bytes: what was seen once is there without a network. */
const KEPT_BYTES = 50 * 1024 * 1024;

/** Makes room among the copies, the oldest first. Answers whether there is any for so many bytes. */
export async function trimCopies(tx: LocalDatabase, wanted: number): Promise<boolean> {
  const copies = (await tx.files.where('state.kind').equals('done').toArray()).sort((a, b) => (a.at < b.at ? -1 : 1));
  let total = copies.reduce((sum, { size }) => sum + size, wanted);
  const going: string[] = [];
  for (const { id, size } of copies) {
    if (total <= KEPT_BYTES) break;
    total -= size;
    going.push(id);
  }
  await dropCopies(tx, going);
  return total <= KEPT_BYTES;
}
