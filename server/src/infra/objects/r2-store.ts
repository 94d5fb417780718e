import type { Readable } from 'node:stream';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { parseRecordId } from '@backhaul/shared';
import { contentDisposition } from './disposition.ts';
import { keyPrefix, keyText } from './object-key.ts';
import type { ListedObject, ObjectStore } from './object-store.ts';

export interface R2Settings {
  /** `https://<account>.r2.cloudflarestorage.com`. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const CONNECT_MS = 3_000;
const REQUEST_MS = 10_000;

/** Cloudflare R2, or any store that speaks S3 and honours `If-None-Match: *`. Loads the client only where it is used. */
export async function createR2Store({
  endpoint,
  bucket,
  accessKeyId,
  secretAccessKey,
}: R2Settings): Promise<ObjectStore> {
  const {
    S3Client,
    PutObjectCommand,
    GetObjectCommand,
    HeadObjectCommand,
    ListObjectsV2Command,
    DeleteObjectsCommand,
  } = await import('@aws-sdk/client-s3');
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
  const client = new S3Client({
    region: 'auto',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    // Otherwise an address would be signed for the checksum of an empty body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    // Without `throwOnRequestTimeout` it would only warn.
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      socketTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
    },
  });

  return {
    kind: 'r2',
    origin: new URL(endpoint).origin,

    async signUpload(key, { mimeType, size, sha256 }, expiresIn) {
      const checksum = sha256 === null ? null : Buffer.from(sha256, 'hex').toString('base64');
      const input: PutObjectCommandInput = {
        Bucket: bucket,
        Key: keyText(key),
        ContentType: mimeType,
        ContentLength: size,
        IfNoneMatch: '*',
        ...(checksum === null ? {} : { ChecksumSHA256: checksum }),
      };
      const url = await getSignedUrl(client, new PutObjectCommand(input), {
        expiresIn,
        signableHeaders: new Set(['content-type', 'content-length', 'if-none-match', 'host', CHECKSUM]),
        // As a header it is compared with the bytes; in the query it would only be decoration.
        unhoistableHeaders: new Set([CHECKSUM]),
      });
      const headers = { 'content-type': mimeType, 'if-none-match': '*' };
      return { url, headers: checksum === null ? headers : { ...headers, [CHECKSUM]: checksum } };
    },

    signDownload(key, shown, expiresIn) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: keyText(key),
        ResponseContentType: shown.mimeType,
        ResponseContentDisposition: contentDisposition(shown),
      });
      return getSignedUrl(client, command, { expiresIn });
    },

    async head(key) {
      try {
        const found = await client.send(
          new HeadObjectCommand({ Bucket: bucket, Key: keyText(key), ChecksumMode: 'ENABLED' }),
        );
        const { ContentType = '', ContentLength = 0, ChecksumSHA256 = null } = found;
        const sha256 = ChecksumSHA256 === null ? null : Buffer.from(ChecksumSHA256, 'base64').toString('hex');
        return { mimeType: ContentType, size: ContentLength, sha256 };
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },

    async read(key, most) {
      try {
        const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyText(key) }));
        if ((found.ContentLength ?? 0) > most) {
          (found.Body as Readable | undefined)?.destroy();
          return null;
        }
        return (await found.Body?.transformToByteArray()) ?? null;
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },

    async list(tenantId, { after, limit }) {
      const prefix = keyPrefix(tenantId);
      const { Contents = [], IsTruncated = false } = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          MaxKeys: limit,
          ...(after === null ? {} : { StartAfter: prefix + after }),
        }),
      );
      const objects = Contents.flatMap(({ Key = '', LastModified }): ListedObject[] => {
        const attachmentId = parseRecordId(Key.slice(prefix.length));
        return attachmentId === null || !LastModified ? [] : [{ attachmentId, storedAt: LastModified }];
      });
      return { objects, next: IsTruncated ? (Contents.at(-1)?.Key?.slice(prefix.length) ?? null) : null };
    },

    async delete(tenantId, attachmentIds, calledOff) {
      if (attachmentIds.length === 0) return;
      const Objects = attachmentIds.map((attachmentId) => ({ Key: keyText({ tenantId, attachmentId }) }));
      const { Errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        { abortSignal: calledOff },
      );
      const [first] = Errors;
      if (first) throw new Error(`The object store did not delete ${Errors.length} objects: ${first.Code ?? ''}`);
    },
  };
}

const CHECKSUM = 'x-amz-checksum-sha256';

function isNotFound(error: unknown): boolean {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode === 404;
}
