import { BackhaulError } from '../errors.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import type { Row } from '../store/rows.ts';
import { isObject } from '../transport/read-answer.ts';
import { filesTransaction } from './file-store.ts';
import { trimCopies } from './file-steps.ts';
import type { LocalFile } from './local-file.ts';
import type { UploadParts } from './uploader.ts';

/** The bytes from the service, of which a copy stays. Throws a BackhaulError. */
export async function fetchFile({ local, options, transport }: UploadParts, row: Row): Promise<ArrayBuffer> {
  const { id, ownerType, ownerId, mimeType, sha256, purpose, fileName } = row as unknown as LocalFile;
  const bytes = await fetchBytes({ options, transport }, id);
  const size = bytes.byteLength;
  const at = new Date(options.now()).toISOString();
  const facts = { id, ownerType, ownerId, mimeType, sha256, purpose, fileName };
  // Without room for a copy, it is fetched again the next time.
  await keepCopy(local, { ...facts, size, sent: size, state: { kind: 'done' }, at }, bytes).catch(() => undefined);
  return bytes;
}

async function fetchBytes({ options, transport }: Omit<UploadParts, 'local'>, id: string): Promise<ArrayBuffer> {
  const { signal } = new AbortController();
  const answer = await transport.call(`/v1/attachments/${id}/presign`, null, isDownload, signal);
  if (!answer.ok) throw new BackhaulError(answer.failure.code, answer.failure.message, { id });
  const response = await options.fetch(answer.body.downloadUrl).catch((error: unknown) => {
    throw new BackhaulError('NETWORK', String(error), { id });
  });
  if (!response.ok) throw new BackhaulError('UNAVAILABLE', `The object store answered ${response.status}`, { id });
  return response.arrayBuffer();
}

function isDownload(body: unknown): body is { readonly downloadUrl: string } {
  return isObject(body) && typeof body['downloadUrl'] === 'string';
}

function keepCopy(local: LocalDatabase, file: LocalFile, bytes: ArrayBuffer): Promise<void> {
  return filesTransaction(local, async (tx) => {
    if (!(await trimCopies(tx, file.size))) return;
    await tx.files.put(file);
    await tx.bytes.put({ id: file.id, bytes });
  });
}
