import type { UploadState } from './upload-state.ts';

/** A file of this device: one that is to be uploaded, or the copy of one that the service has. Its bytes are kept apart. */
export interface LocalFile {
  /** Of the attachment. */
  readonly id: string;
  readonly ownerType: string;
  readonly ownerId: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** Of the bytes, hexadecimal. */
  readonly sha256: string;
  readonly purpose: string | null;
  readonly fileName: string | null;
  /** When it was put here, ISO-8601 UTC. */
  readonly at: string;
  readonly state: UploadState;
  /** Bytes that are on their way or there, in steps. */
  readonly sent: number;
}

export interface LocalBytes {
  readonly id: string;
  readonly bytes: ArrayBuffer;
}
