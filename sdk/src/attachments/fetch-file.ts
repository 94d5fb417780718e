import type { EscrowReason } from '@backhaul/shared';
import { BackhaulError } from '../errors.ts';
import { barredError } from '../escrow/barred-error.ts';
import { type LocalDatabase, readMemory } from '../store/local-database.ts';
import type { Row } from '../store/rows.ts';
import { ATTACHMENT } from '../store/schema.ts';
import { isObject } from '../transport/read-answer.ts';
import { orAborted } from '../transport/transport.ts';
import { filesTransaction } from './file-store.ts';
import { trimCopies } from './file-steps.ts';
import { lineTime } from './line-time.ts';
import type { LocalFile } from './local-file.ts';
import type { FileParts } from './uploader.ts';

/** The bytes from the service, of which a copy stays. Throws a BackhaulError, also when they may not be shown any more. */
export async function fetchFile(
  { local, options, transport, storageTrouble }: FileParts,
  row: Row,
): Promise<ArrayBuffer> {
  const { id, ownerType, ownerId, mimeType, sha256, purpose, fileName, ...told } = row as unknown as LocalFile;
  const bytes = await fetchBytes({ options, transport }, id, told.size);
  const size = bytes.byteLength;
  const at = new Date(options.now()).toISOString();
  const facts = { id, ownerType, ownerId, mimeType, sha256, purpose, fileName };
  const copy = { ...facts, size, sent: size, state: { kind: 'done' }, at } as const;
  // Without room for a copy, it is fetched again the next time.
  const barred = await keepCopy(local, copy, bytes).catch(storageTrouble);
  if (barred) throw barredError(barred);
  return bytes;
}

/** `size`: what the service says that it has. */
async function fetchBytes(
  { options, transport }: Pick<FileParts, 'options' | 'transport'>,
  id: string,
  size: number,
): Promise<ArrayBuffer> {
  const { signal } = new AbortController();
  const answer = await transport.call(`/v1/attachments/${id}/presign`, null, isDownload, signal);
  if (!answer.ok) throw new BackhaulError(answer.failure.code, answer.failure.message, { id });
  const stalled = new AbortController();
  const cancel = options.timers.after(lineTime(size), () => stalled.abort());
  try {
    return await orAborted(stalled.signal, readAll(options, answer.body.downloadUrl, stalled.signal));
  } catch (error) {
    if (error instanceof BackhaulError) throw new BackhaulError(error.code, error.message, { id });
    throw new BackhaulError(stalled.signal.aborted ? 'TIMEOUT' : 'NETWORK', String(error), { id });
  } finally {
    cancel();
  }
}

async function readAll(
  { fetch }: Pick<FileParts['options'], 'fetch'>,
  url: string,
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new BackhaulError('UNAVAILABLE', `The object store answered ${response.status}`);
  return response.arrayBuffer();
}

function isDownload(body: unknown): body is { readonly downloadUrl: string } {
  return isObject(body) && typeof body['downloadUrl'] === 'string';
}

/** Only of a record that is still in sight. Answers why nothing may be read here any more, or `null`. */
function keepCopy(local: LocalDatabase, file: LocalFile, bytes: ArrayBuffer): Promise<EscrowReason | null> {
  return filesTransaction(local, async (tx) => {
    const { barred } = await readMemory(tx);
    if (barred || !(await tx.rows(ATTACHMENT).get(file.id)) || !(await trimCopies(tx, file.size))) return barred;
    await tx.files.put(file);
    await tx.bytes.put({ id: file.id, bytes });
    return null;
  });
}
