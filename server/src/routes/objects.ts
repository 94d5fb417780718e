import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { type Static, Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { errors, type RoutePlugin } from '../http/route-plugin.ts';
import { type EmbeddedStore, OBJECTS_PATH } from '../infra/objects/embedded-store.ts';
import { type ObjectKey, parseObjectKey } from '../infra/objects/object-key.ts';
import { isSignedBy } from '../infra/objects/signed-path.ts';

const access = { access: { who: 'signature', enforcedBy: 'hook' } } as const;
const URL = `${OBJECTS_PATH}/tenants/:tenantId/attachments/:attachmentId`;
const Params = Type.Object({ tenantId: Type.String(), attachmentId: Type.String() });
const seconds = Type.Integer({ description: 'seconds of the epoch' });

interface AddressQuery {
  readonly expires: number;
  readonly signature: string;
}

/** What the addresses of the embedded store lead to. Who holds one is known by its signature alone, as with R2. */
export function objectRoutes({ files, secret }: EmbeddedStore): RoutePlugin {
  return async (app, { services }) => {
    const keyOf = (request: FastifyRequest): ObjectKey => {
      const key = parseObjectKey(keyTextOf(request));
      if (key === null) throw refused('No such address');
      return key;
    };
    const verify = (request: FastifyRequest, method: 'PUT' | 'GET', bound: readonly string[]): void => {
      const { expires, signature } = address(request.query);
      if (!isSignedBy(secret, { method, key: keyTextOf(request), expires, bound }, signature))
        throw refused('The signature does not match');
      if (services.now().getTime() > expires * 1000) throw refused('The address has expired');
    };

    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      // The bytes go to the file as they come.
      scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      scope.put(
        URL,
        {
          config: access,
          // Before any of the body is read.
          onRequest: async (request) => {
            const { headers } = request;
            const checksum = headers['x-amz-checksum-sha256'] ?? '';
            verify(request, 'PUT', [headers['content-type'] ?? '', headers['content-length'] ?? '', String(checksum)]);
            if (headers['if-none-match'] !== '*') throw refused('If-None-Match must be *');
          },
          schema: {
            tags: ['Attachments'],
            summary: 'Upload to the embedded store',
            description: 'With the headers that came with the address, and a body of the announced length.',
            params: Params,
            querystring: Type.Object({ expires: seconds, signature: Type.String() }),
            response: { 200: Type.Object({}), ...errors('UPLOAD_REFUSED', 'CHECKSUM_MISMATCH', 'OBJECT_EXISTS') },
          },
        },
        async (request) => {
          const { headers } = request;
          const checksum = headers['x-amz-checksum-sha256'];
          const stored = await files.write(
            keyOf(request),
            {
              mimeType: headers['content-type'] ?? '',
              size: Number(headers['content-length']),
              sha256: typeof checksum === 'string' ? Buffer.from(checksum, 'base64').toString('hex') : null,
            },
            // An empty body may not have been parsed at all.
            (request.body as Readable | undefined) ?? Readable.from([]),
          );
          if (stored === 'exists') throw new ApiError('OBJECT_EXISTS');
          if (stored === 'checksum') throw new ApiError('CHECKSUM_MISMATCH');
          if (stored === 'length') throw refused('The body has another length');
          return {};
        },
      );
    });

    app.get(
      URL,
      {
        config: { ...access, compress: false },
        onRequest: async (request) => {
          const { type = '', disposition = '' } = request.query as { type?: string; disposition?: string };
          verify(request, 'GET', [type, disposition]);
        },
        schema: {
          tags: ['Attachments'],
          summary: 'Download from the embedded store',
          params: Params,
          querystring: Type.Object({
            expires: seconds,
            signature: Type.String(),
            type: Type.String(),
            disposition: Type.String(),
          }),
          response: {
            200: { description: 'The bytes', content: { 'application/octet-stream': { schema: Type.Unknown() } } },
            ...errors('UPLOAD_REFUSED', 'NOT_FOUND'),
          },
        },
      },
      async (request, reply) => {
        const key = keyOf(request);
        const found = await files.head(key);
        if (!found) throw new ApiError('NOT_FOUND');
        const { type, disposition } = request.query;
        return reply
          .headers({
            'content-type': type,
            'content-length': found.size,
            'content-disposition': disposition,
            'cache-control': 'private, max-age=300',
            // What somebody uploaded is not this site: it runs nothing here.
            'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            'cross-origin-resource-policy': 'cross-origin',
          })
          .send(files.read(key));
      },
    );
  };
}

/** As it was signed: nothing is made the same that is spelled in another way. */
function keyTextOf({ params }: FastifyRequest): string {
  const { tenantId, attachmentId } = params as Static<typeof Params>;
  return `tenants/${tenantId}/attachments/${attachmentId}`;
}

/** Hooks run before the query is checked, and so see text. Anything odd is a number that nobody has signed. */
function address(query: unknown): AddressQuery {
  const { expires, signature } = query as { readonly [name: string]: unknown };
  return {
    expires: typeof expires === 'string' && /^\d{1,12}$/.test(expires) ? Number(expires) : 0,
    signature: typeof signature === 'string' ? signature : '',
  };
}

function refused(message: string): ApiError {
  return new ApiError('UPLOAD_REFUSED', { message });
}
