import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseRecordId, type TenantId } from '@backhaul/shared';
import { keyPrefix, keyText, type ObjectKey } from './object-key.ts';
import type { ListedObject, ListedPage, ObjectFacts, StoredObject } from './object-store.ts';

const CONTENT = 'content';
const FACTS = 'facts.json';
/** An upload lasts minutes; what is older was cut off with its process. */
const INCOMING_MS = 3_600_000;

/**
 * Objects as folders: `tenants/<tenantId>/attachments/<attachmentId>` with the bytes and a file of facts. A folder appears whole,
 * by a rename that does not replace one that is there, so that an object is complete and written once, whatever is cut off.
 */
export class ObjectFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(
    key: ObjectKey,
    facts: ObjectFacts,
    bytes: Readable,
  ): Promise<'stored' | 'exists' | 'checksum' | 'length'> {
    const incoming = join(this.#folder, 'incoming', randomUUID());
    await mkdir(incoming, { recursive: true });
    try {
      const hash = createHash('sha256');
      let size = 0;
      await pipeline(
        bytes,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            size += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(join(incoming, CONTENT), { flush: true }),
      );
      const sha256 = hash.digest('hex');
      if (size !== facts.size) return 'length';
      if (facts.sha256 !== null && facts.sha256 !== sha256) return 'checksum';
      const stored: StoredObject = { mimeType: facts.mimeType, size, sha256 };
      await writeFile(join(incoming, FACTS), JSON.stringify(stored), { flush: true });
      const parent = join(this.#folder, keyPrefix(key.tenantId));
      await mkdir(parent, { recursive: true });
      // Names reach the disk with their folders, not with the files: those inside before the rename makes it an object, and those
      // that lead to it before it is answered as stored.
      await flush(incoming);
      await rename(incoming, this.#path(key));
      for (const folder of [parent, dirname(parent), dirname(dirname(parent))]) await flush(folder);
      return 'stored';
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return 'exists';
      throw error;
    } finally {
      await rm(incoming, { recursive: true, force: true });
    }
  }

  async head(key: ObjectKey): Promise<StoredObject | null> {
    try {
      return JSON.parse(await readFile(join(this.#path(key), FACTS), 'utf8')) as StoredObject;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  read(key: ObjectKey): Readable {
    return createReadStream(join(this.#path(key), CONTENT));
  }

  async list(tenantId: TenantId, { after, limit }: { after: string | null; limit: number }): Promise<ListedPage> {
    const folder = join(this.#folder, keyPrefix(tenantId));
    const names = (await readdir(folder).catch(() => [])).toSorted().filter((name) => after === null || name > after);
    const page = names.slice(0, limit);
    const listed = page.map(async (name): Promise<ListedObject[]> => {
      const attachmentId = parseRecordId(name);
      const found = await stat(join(folder, name, FACTS)).catch(() => null);
      return attachmentId === null || found === null ? [] : [{ attachmentId, storedAt: found.mtime }];
    });
    return { objects: (await Promise.all(listed)).flat(), next: names.length > limit ? (page.at(-1) ?? null) : null };
  }

  /** Moved away first, in one step: an object that is half deleted is none. */
  async delete(key: ObjectKey): Promise<void> {
    const leaving = join(this.#folder, 'incoming', randomUUID());
    await mkdir(join(this.#folder, 'incoming'), { recursive: true });
    try {
      await rename(this.#path(key), leaving);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    await rm(leaving, { recursive: true, force: true });
  }

  /** What killed uploads and deletions have left. */
  async clearIncoming(now: Date): Promise<void> {
    const folder = join(this.#folder, 'incoming');
    for (const name of await readdir(folder).catch(() => [])) {
      const found = await stat(join(folder, name)).catch(() => null);
      if (found && now.getTime() - found.mtimeMs > INCOMING_MS)
        await rm(join(folder, name), { recursive: true, force: true });
    }
  }

  #path(key: ObjectKey): string {
    return join(this.#folder, keyText(key));
  }
}

/** Windows has no folders that can be opened, and needs none. */
async function flush(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
