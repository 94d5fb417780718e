import { barredError } from '../escrow/barred-error.ts';
import { BackhaulError } from '../errors.ts';
import { loadPart } from '../load-part.ts';
import { type LocalDatabase, readMemory } from '../store/local-database.ts';
import type { Row } from '../store/rows.ts';
import { ATTACHMENT } from '../store/schema.ts';
import { filesTransaction } from './file-store.ts';
import type { LocalBytes } from './local-file.ts';
import type { FileParts } from './uploader.ts';

/** Throws a BackhaulError: `NOT_FOUND` where there is no such record, or what keeps the bytes from being fetched. */
export async function openFile(parts: FileParts, id: string): Promise<Blob> {
  const read = async (tx: LocalDatabase): Promise<{ kept: LocalBytes | undefined; row: Row | undefined }> => {
    const { barred } = await readMemory(tx);
    if (barred) throw barredError(barred);
    return { kept: await tx.bytes.get(id), row: await tx.rows(ATTACHMENT).get(id) };
  };
  const { kept, row } = await filesTransaction(parts.local, read, 'r!');
  if (!row) throw new BackhaulError('NOT_FOUND', 'There is no such attachment here', { id });
  const bytes = kept?.bytes ?? (await fetched(parts, row));
  return new Blob([bytes], { type: row['mimeType'] as string });
}

async function fetched(...[parts, row]: Parameters<typeof import('./fetch-file.ts').fetchFile>): Promise<ArrayBuffer> {
  const { fetchFile } = await loadPart(import('./fetch-file.ts'));
  return fetchFile(parts, row);
}
