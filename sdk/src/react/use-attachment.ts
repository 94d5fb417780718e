import { useCallback, useEffect, useState } from 'react';
import type { Attachments, UploadProgress } from '../attachments/attachments.ts';
import { BackhaulError, type BackhaulErrorCode } from '../errors.ts';
import type { Row } from '../store/rows.ts';
import { useBackhaul } from './backhaul-context.ts';
import { useLiveQuery } from './use-live-query.ts';

export interface ShownAttachment {
  /** As in the table; `undefined` until it has been read, `null` where there is no such record. */
  readonly record: Row | null | undefined;
  /** For `src` and `href`, from this device or from the service; `null` while there is none. Good as long as the component. */
  readonly url: string | null;
  /** Why there is none: `NETWORK` goes away by itself. */
  readonly error: BackhaulErrorCode | null;
  /** Where its upload stands, if this device sends it. */
  readonly upload: UploadProgress | undefined;
  /** Tries a refused upload again, or the bytes that could not be fetched. */
  readonly retry: () => Promise<void>;
  /** Gives up a file that the service does not have. */
  readonly discard: () => Promise<void>;
}

type Bytes = { readonly id: string; readonly url: string | null; readonly error: BackhaulErrorCode | null };

/** A file, to be shown: its record, its bytes and its upload, live. */
export function useAttachment(id: string): ShownAttachment {
  const attachments = useAttachments();
  const [bytes, setBytes] = useState<Bytes | null>(null);
  const [attempt, setAttempt] = useState(0);
  const found = useLiveQuery(
    async () => ({ id, record: (await attachments.get(id)) ?? null, upload: await attachments.upload(id) }),
    [attachments, id],
  );
  const { record, upload } = found?.id === id ? found : { record: undefined, upload: undefined };
  const status = record?.['status'];

  useEffect(() => {
    if (status === undefined) return;
    let url: string | null = null;
    let isOver = false;
    const show = async (): Promise<void> => {
      const opened = await attachments.open(id).catch((error: unknown) => error);
      if (isOver) return;
      if (opened instanceof Blob) url = URL.createObjectURL(opened);
      setBytes({ id, url, error: url === null ? codeOf(opened) : null });
    };
    void show();
    return () => {
      isOver = true;
      if (url !== null) URL.revokeObjectURL(url);
    };
    // What could not be fetched while it was pending can be once it is ready.
  }, [attachments, id, status, attempt]);

  const { url, error } = bytes?.id === id ? bytes : { url: null, error: null };
  return {
    record,
    upload,
    url,
    error,
    retry: useCallback(async () => {
      setAttempt((count) => count + 1);
      await attachments.retry(id);
    }, [attachments, id]),
    discard: useCallback(() => attachments.discard(id), [attachments, id]),
  };
}

const codeOf = (error: unknown): BackhaulErrorCode => (error instanceof BackhaulError ? error.code : 'STORAGE');

/** `db.attachments` of the nearest provider's database. */
function useAttachments(): Attachments & { get(id: string): PromiseLike<Row | undefined> } {
  const db = useBackhaul() as unknown as { readonly attachments?: ReturnType<typeof useAttachments> };
  if (!db.attachments) throw new Error('This domain has no attachments');
  return db.attachments;
}
