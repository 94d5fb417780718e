import { createHmac } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { contentDisposition } from './disposition.ts';
import { ObjectFiles } from './object-files.ts';
import { keyText } from './object-key.ts';
import type { ObjectStore } from './object-store.ts';
import { signParts } from './signed-path.ts';

/** The store, and what the routes behind its addresses need. */
export interface EmbeddedStore extends ObjectStore {
  readonly kind: 'embedded';
  readonly files: ObjectFiles;
  readonly secret: Buffer;
}

export interface EmbeddedStoreOptions {
  readonly folder: string;
  readonly masterKey: Buffer;
  readonly now: () => Date;
}

export const OBJECTS_PATH = '/objects';

/**
 * Files in a folder of this machine, with addresses of this service that carry a signature: for development, and for a service on
 * one machine. The same promises as of R2, kept by the routes in `routes/objects.ts`.
 */
export async function createEmbeddedStore({ folder, masterKey, now }: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const files = new ObjectFiles(folder);
  const secret = createHmac('sha256', masterKey).update('object addresses').digest();
  await files.clearIncoming(now());
  const expiry = (seconds: number): number => Math.floor(now().getTime() / 1000) + seconds;

  return {
    kind: 'embedded',
    origin: null,
    files,
    secret,
    async signUpload(key, { mimeType, size, sha256 }, seconds) {
      const expires = expiry(seconds);
      const checksum = sha256 === null ? '' : Buffer.from(sha256, 'hex').toString('base64');
      const parts = { method: 'PUT', key: keyText(key), expires, bound: [mimeType, String(size), checksum] } as const;
      const query = new URLSearchParams({ expires: String(expires), signature: signParts(secret, parts) });
      const headers = { 'content-type': mimeType, 'if-none-match': '*' };
      return {
        url: `${OBJECTS_PATH}/${parts.key}?${query.toString()}`,
        headers: checksum === '' ? headers : { ...headers, 'x-amz-checksum-sha256': checksum },
      };
    },
    async signDownload(key, shown, seconds) {
      const expires = expiry(seconds);
      const disposition = contentDisposition(shown);
      const parts = { method: 'GET', key: keyText(key), expires, bound: [shown.mimeType, disposition] } as const;
      const query = new URLSearchParams({
        expires: String(expires),
        type: shown.mimeType,
        disposition,
        signature: signParts(secret, parts),
      });
      return `${OBJECTS_PATH}/${parts.key}?${query.toString()}`;
    },
    head: (key) => files.head(key),
    async read(key, most) {
      const found = await files.head(key);
      return found === null || found.size > most ? null : buffer(files.read(key));
    },
    list: (tenantId, page) => files.list(tenantId, page),
    async delete(tenantId, attachmentIds, calledOff) {
      for (const attachmentId of attachmentIds) {
        calledOff.throwIfAborted();
        await files.delete({ tenantId, attachmentId });
      }
    },
  };
}
