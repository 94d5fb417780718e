import type { RecordId, TenantId } from '@backhaul/shared';
import type { ObjectKey } from './object-key.ts';

/** What an upload must be, to the byte. */
export interface ObjectFacts {
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal; `null`: not announced, so not checked. */
  readonly sha256: string | null;
}

export interface SignedUpload {
  /** Absolute, or a path of this service. */
  readonly url: string;
  /** To be sent with the bytes exactly as they are; the length comes with any body. */
  readonly headers: { readonly [name: string]: string };
}

/** What is stored under a key. */
export interface StoredObject {
  readonly mimeType: string;
  readonly size: number;
  /** `null`: the store does not know it. */
  readonly sha256: string | null;
}

export interface ListedObject {
  readonly attachmentId: RecordId;
  readonly storedAt: Date;
}

/** Names that are no ids of attachments are passed over, and count for the page. */
export interface ListedPage {
  readonly objects: readonly ListedObject[];
  /** Where the next page begins; `null`: this was the last. */
  readonly next: string | null;
}

/**
 * Where the bytes of attachments are. They travel between a client and the store alone; the service signs addresses, which are
 * good for one key, one type, one length and some minutes, and asks what is there. An object is written once: no second upload
 * replaces it. Both stores pass the same suite.
 */
export interface ObjectStore {
  readonly kind: 'r2' | 'embedded';
  /** Of the addresses, for browsers that must be told whom they may talk to; `null`: this service. */
  readonly origin: string | null;
  signUpload(key: ObjectKey, facts: ObjectFacts, seconds: number): Promise<SignedUpload>;
  /** Absolute, or a path of this service. */
  signDownload(key: ObjectKey, shown: { mimeType: string; fileName: string | null }, seconds: number): Promise<string>;
  /** `null`: nothing is there. */
  head(key: ObjectKey): Promise<StoredObject | null>;
  /** The bytes; `null`: nothing is there, or more than `most`. */
  read(key: ObjectKey, most: number): Promise<Uint8Array | null>;
  /** One page, in the order of names. `after`: as a page before has answered it. */
  list(tenantId: TenantId, page: { after: string | null; limit: number }): Promise<ListedPage>;
  /** What is not there counts as deleted. Rejects once it is called off; what is under way then may still happen. */
  delete(tenantId: TenantId, attachmentIds: readonly RecordId[], calledOff: AbortSignal): Promise<void>;
}
