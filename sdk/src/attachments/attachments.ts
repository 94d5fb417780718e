import { liveQuery } from 'dexie';
import { loadPart } from '../load-part.ts';
import type { ResolvedOptions } from '../options.ts';
import { refuseInTransaction } from '../rejected/rejected-changes.ts';
import type { LocalDatabase } from '../store/local-database.ts';
import { ATTACHMENT } from '../store/schema.ts';
import { storageError } from '../store/storage-error.ts';
import type { Downscale } from './downscale.ts';
import { keepFile } from './file-store.ts';
import type { LocalFile } from './local-file.ts';
import { openFile } from './open-file.ts';
import type { FileParts, Uploader } from './uploader.ts';
import { NEW_UPLOAD, type UploadState } from './upload-state.ts';

export interface AttachmentOwner<Type extends string = string> {
  readonly type: Type;
  readonly id: string;
}

export interface PutOptions {
  /** What the file shows: `checkIn`. */
  readonly purpose?: string;
  /** By default that of a `File`. */
  readonly fileName?: string;
  /** Makes a smaller JPEG of a picture before it is stored. */
  readonly downscale?: Downscale;
  /** Called with where the upload stands, now and with every change, until it is over. */
  readonly onProgress?: (progress: UploadProgress) => void;
}

export interface UploadProgress {
  readonly state: UploadState;
  /** Bytes. */
  readonly sent: number;
  readonly size: number;
}

/** What `db.attachments` can do besides being read. The methods reject `IN_TRANSACTION` inside a transaction of the app. */
export interface Attachments<OwnerType extends string = string> {
  /**
   * Keeps a file for a record on this device, at once and durably, shows it in the table as `pending`, and uploads it when it
   * can: after the record itself. Resolves with the attachment's id once it is kept. Rejects with a storage code when it can not be.
   */
  put(file: Blob, owner: AttachmentOwner<OwnerType>, options?: PutOptions): Promise<string>;
  /** The bytes, from this device or from the service. */
  open(id: string): Promise<Blob>;
  /** Where the upload of a file of this device stands; `undefined` for any other. Live inside a live query. */
  upload(id: string): Promise<UploadProgress | undefined>;
  /** Tries a refused upload again, or one that waits, at once. */
  retry(id: string): Promise<void>;
  /** Gives up a file that the service does not have. */
  discard(id: string): Promise<void>;
  /** Sends what can be sent now. Never rejects. */
  sendNow(): Promise<void>;
}

/** The table with its methods, by the name that it has; nothing in a domain without attachments. */
export function attachmentsOf(parts: FileParts, uploader: Uploader): { readonly [table: string]: Attachments } {
  const { local } = parts;
  const entity = local.entity(ATTACHMENT);
  return entity === null ? {} : { [entity.collection]: methods(parts, uploader) };
}

function methods(parts: FileParts, uploader: Uploader): Attachments {
  const { local, options } = parts;
  const settle = async (work: (steps: typeof import('./file-steps.ts')) => Promise<unknown>): Promise<void> => {
    refuseInTransaction(local);
    await work(await loadPart(import('./file-steps.ts')));
  };
  // Not on the table itself, whose own `put` is the engine's.
  return Object.assign(Object.create(local.rows(ATTACHMENT)), {
    async put(file: Blob, owner: AttachmentOwner, given: PutOptions = {}): Promise<string> {
      refuseInTransaction(local);
      const kept = await prepare(options, file, owner, given);
      await keepFile(local, kept.file, kept.bytes).catch((error: unknown) => Promise.reject(storageError(error)));
      if (given.onProgress) follow(local, kept.file.id, given.onProgress);
      uploader.wake();
      return kept.file.id;
    },
    async open(id: string): Promise<Blob> {
      refuseInTransaction(local);
      return openFile(parts, id);
    },
    upload: (id: string) => local.files.get(id).then((file) => file && progressOf(file)),
    async retry(id: string): Promise<void> {
      await settle((steps) => steps.step(local, id, { kind: 'retried' }));
      uploader.wake();
    },
    async discard(id: string): Promise<void> {
      await settle((steps) => steps.dropFile(local, id));
    },
    sendNow: () => uploader.now(),
  });
}

async function prepare(
  { newId, now }: ResolvedOptions,
  given: Blob,
  owner: AttachmentOwner,
  { purpose, fileName, downscale }: PutOptions,
): Promise<{ file: LocalFile; bytes: ArrayBuffer }> {
  const blob = downscale ? await smaller(given, downscale) : given;
  const bytes = await blob.arrayBuffer();
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  const name = fileName ?? ('name' in given ? String(given.name) : null);
  const file: LocalFile = {
    id: newId(),
    ownerType: owner.type,
    ownerId: owner.id,
    // Without parameters: `text/plain;charset=utf-8` is text.
    mimeType: blob.type.split(';')[0]?.trim().toLowerCase() || 'application/octet-stream',
    size: bytes.byteLength,
    sha256: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    purpose: purpose ?? null,
    fileName: name === null ? null : plainName(name),
    at: new Date(now()).toISOString(),
    state: NEW_UPLOAD,
    sent: 0,
  };
  return { file, bytes };
}

/** Where that can not be loaded now, the file is kept as it is. */
function smaller(file: Blob, downscale: Downscale): Promise<Blob> {
  return import('./downscale.ts').then(
    ({ downscaled }) => downscaled(file, downscale),
    () => file,
  );
}

/** As the service takes it: control characters mean nothing in a name, and the end of a long one says what it is. */
function plainName(name: string): string {
  return name
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .slice(-255)
    .toWellFormed();
}

export function progressOf({ state, sent, size }: LocalFile): UploadProgress {
  return { state, sent, size };
}

/** Whichever tab sends it. */
function follow(local: LocalDatabase, id: string, onProgress: (progress: UploadProgress) => void): void {
  const ended = (): void => subscription?.unsubscribe();
  const subscription = liveQuery(() => local.files.get(id)).subscribe((file) => {
    if (file) onProgress(progressOf(file));
    if (!file || file.state.kind === 'done') queueMicrotask(ended);
  }, ended);
}
