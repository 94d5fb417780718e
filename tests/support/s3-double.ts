import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A bucket behind a socket that verifies Signature Version 4 as R2 does, for the real client to talk to. */
export interface S3Double {
  readonly endpoint: string;
  /** Moves its clock on. */
  advance(milliseconds: number): void;
  /** As if it had been stored so long ago. */
  age(key: string, milliseconds: number): void;
  /** An object that somebody else has put there. */
  place(key: string, bytes: Buffer): void;
  keys(): string[];
  /** An object that somebody else has put there. */
  place(key: string, bytes: Buffer): void;
  close(): Promise<void>;
}

export interface S3DoubleOptions {
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Stored {
  readonly bytes: Buffer;
  readonly type: string;
  readonly sha256: string;
  storedAt: number;
}

const REFUSALS = {
  SignatureDoesNotMatch: 403,
  AccessDenied: 403,
  BadDigest: 400,
  PreconditionFailed: 412,
  NoSuchKey: 404,
} as const;
type Refusal = keyof typeof REFUSALS;

/** Of the requests that the store makes: PUT, GET and HEAD of an object, a listing, a deletion of many. */
export async function startS3Double(options: S3DoubleOptions): Promise<S3Double> {
  const objects = new Map<string, Stored>();
  let skew = 0;
  const now = (): number => Date.now() + skew;
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://double');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const refused = refusalOf(request, url, { ...options, now: now() });
    if (refused) return refuse(request, response, refused);
    const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    if (bucket !== options.bucket) return refuse(request, response, 'AccessDenied');
    if (key === '') return request.method === 'POST' ? deleteMany(response, body) : list(response, url);
    if (request.method === 'PUT') return put(request, response, { key, body });
    const found = objects.get(key);
    if (!found) return refuse(request, response, 'NoSuchKey');
    const { searchParams: query } = url;
    response.writeHead(200, {
      'content-type': query.get('response-content-type') ?? found.type,
      'content-length': found.bytes.length,
      'x-amz-checksum-sha256': found.sha256,
      'last-modified': new Date(found.storedAt).toUTCString(),
      ...(query.has('response-content-disposition')
        ? { 'content-disposition': query.get('response-content-disposition') as string }
        : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : found.bytes);
  }

  function put(request: IncomingMessage, response: ServerResponse, { key, body }: { key: string; body: Buffer }): void {
    if (request.headers['if-none-match'] === '*' && objects.has(key))
      return refuse(request, response, 'PreconditionFailed');
    const sha256 = createHash('sha256').update(body).digest('base64');
    const announced = request.headers['x-amz-checksum-sha256'];
    if (announced !== undefined && announced !== sha256) return refuse(request, response, 'BadDigest');
    objects.set(key, { bytes: body, type: request.headers['content-type'] ?? '', sha256, storedAt: now() });
    response.writeHead(200).end();
  }

  function list(response: ServerResponse, { searchParams: query }: URL): void {
    const [prefix, after] = [query.get('prefix') ?? '', query.get('start-after') ?? ''];
    const keys = [...objects.keys()].toSorted().filter((key) => key.startsWith(prefix) && key > after);
    const most = Number(query.get('max-keys') ?? 1000);
    const contents = keys.slice(0, most).map((key) => {
      const { bytes, storedAt } = objects.get(key) as Stored;
      const modified = new Date(storedAt).toISOString();
      return `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><Size>${bytes.length}</Size></Contents>`;
    });
    const isTruncated = `<IsTruncated>${keys.length > most}</IsTruncated>`;
    sendXml(response, 200, `<ListBucketResult>${isTruncated}${contents.join('')}</ListBucketResult>`);
  }

  function deleteMany(response: ServerResponse, body: Buffer): void {
    for (const [, key = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) objects.delete(key);
    sendXml(response, 200, '<DeleteResult></DeleteResult>');
  }

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    advance: (milliseconds) => {
      skew += milliseconds;
    },
    age: (key, milliseconds) => {
      const found = objects.get(key);
      if (found) found.storedAt -= milliseconds;
    },
    place: (key, bytes) => {
      objects.set(key, { bytes, type: '', sha256: '', storedAt: now() });
    },
    keys: () => [...objects.keys()],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuse(request: IncomingMessage, response: ServerResponse, code: Refusal): void {
  if (request.method === 'HEAD') return void response.writeHead(REFUSALS[code]).end();
  sendXml(response, REFUSALS[code], `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

function sendXml(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}

/** The signature of the request, in its query or in its header, computed again. */
function refusalOf(
  request: IncomingMessage,
  url: URL,
  { accessKeyId, secretAccessKey, now }: S3DoubleOptions & { now: number },
): Refusal | null {
  const signed = fromQuery(url) ?? fromHeader(request);
  if (!signed) return 'AccessDenied';
  const [id = '', date = '', region = '', service = '', end = ''] = signed.credential.split('/');
  if (id !== accessKeyId || service !== 's3' || end !== 'aws4_request') return 'AccessDenied';
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(signed.date) ?? [];
  const begun = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  if (!(begun <= now + 900_000) || now > begun + signed.expires * 1000) return 'AccessDenied';
  const names = signed.headers.split(';');
  // What is sent and could change the object has to be signed.
  const unsigned = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-') && !names.includes(name));
  if (!names.includes('host') || unsigned.length > 0) return 'AccessDenied';
  const headers = names.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`).join('');
  const canonical = [request.method, url.pathname, canonicalQuery(url), headers, signed.headers, signed.payload].join(
    '\n',
  );
  const scope = [date, region, service, end].join('/');
  const text = ['AWS4-HMAC-SHA256', signed.date, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
  const key = [date, region, service, end].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(text).digest();
  const given = Buffer.from(signed.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected) ? null : 'SignatureDoesNotMatch';
}

interface Signed {
  readonly credential: string;
  readonly date: string;
  readonly expires: number;
  readonly headers: string;
  readonly signature: string;
  readonly payload: string;
}

function fromQuery({ searchParams: query }: URL): Signed | null {
  const get = (name: string): string => query.get(`X-Amz-${name}`) ?? '';
  if (get('Signature') === '') return null;
  return {
    credential: get('Credential'),
    date: get('Date'),
    expires: Math.min(Number(get('Expires')), 604_800),
    headers: get('SignedHeaders'),
    signature: get('Signature'),
    payload: query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  };
}

function fromHeader({ headers }: IncomingMessage): Signed | null {
  const [, credential = '', signedHeaders = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=(\S+)$/.exec(headers.authorization ?? '') ?? [];
  if (signature === '') return null;
  return {
    credential,
    date: String(headers['x-amz-date']),
    expires: 900,
    headers: signedHeaders,
    signature,
    payload: String(headers['x-amz-content-sha256']),
  };
}

function canonicalQuery({ searchParams }: URL): string {
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return [...searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
}
