import { listInvoices, type ListedInvoice, withTenant } from '@backhaul/db';
import { type InvoiceState, parseCursor, parseRecordId, type RecordId } from '@backhaul/shared';
import {
  AdjustRequest,
  AdjustResponse,
  FinalizeResponse,
  InvoicesQuery,
  InvoicesResponse,
  Uuid,
} from '@backhaul/shared/schemas';
import { Type } from 'typebox';
import { ApiError } from '../../../http/api-error.ts';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../../../http/route-plugin.ts';
import { contentDisposition } from '../../../infra/objects/disposition.ts';
import { adjustInvoice } from '../disputes/adjust-invoice.ts';
import { finalizeInvoice } from '../invoice-pdf/finalize-invoice.ts';
import { printInvoice } from '../invoice-pdf/print-invoice.ts';

const write = { access: { who: 'manager', enforcedBy: 'transaction' } } as const;
const read = { access: { who: 'manager', enforcedBy: 'hook' } } as const;
const params = Type.Object({ id: Uuid });

const plugin: RoutePlugin = async (app, { services }) => {
  app.get(
    '/invoices',
    {
      config: read,
      schema: {
        tags: ['Invoices'],
        summary: 'List numbers and states of invoices',
        description: 'What the records do not say, in the order of their versions.',
        querystring: InvoicesQuery,
        response: { 200: InvoicesResponse, ...tenantErrors('INVALID_CURSOR') },
      },
    },
    async ({ tenantId, query: { since, order = 'asc', limit = 100 } }) => {
      const after = since === undefined ? null : parseCursor(since);
      if (since !== undefined && after === null) throw new ApiError('INVALID_CURSOR');
      const rows = await withTenant(
        services.database,
        tenantId,
        (tx) => listInvoices(tx, { after, order, limit: limit + 1 }),
        { readOnly: true },
      );
      const page = rows.slice(0, limit);
      return {
        invoices: page.map((row) => ({
          id: row.id,
          number: row.number,
          state: stateOf(row),
          updatedAt: row.updatedAt,
        })),
        nextCursor: page.at(-1)?.updatedAt ?? after,
        hasMore: rows.length > limit,
      };
    },
  );

  app.get(
    '/invoices/:id/pdf',
    {
      config: { ...read, compress: false },
      schema: {
        tags: ['Invoices'],
        summary: 'Print an invoice',
        description: 'As it is now. One without a number says that it is a draft.',
        params,
        response: {
          200: { description: 'The document', content: { 'application/pdf': { schema: Type.Unknown() } } },
          ...tenantErrors('NOT_SENDABLE'),
        },
      },
    },
    async (request, reply) => {
      const { fileName, bytes } = await printInvoice(services, request.tenantId, idOf(request.params));
      return reply
        .headers({ 'content-disposition': contentDisposition({ mimeType: PDF, fileName }) })
        .type(PDF)
        .send(Buffer.from(bytes));
    },
  );

  app.post(
    '/invoices/:id/finalize',
    {
      config: write,
      schema: {
        tags: ['Invoices'],
        summary: 'Give an invoice its number',
        description: 'Once and for ever; sending it does so, too. It is no draft any more.',
        params,
        response: { 200: FinalizeResponse, ...tenantErrors('NOT_SENDABLE', 'ALREADY_BILLED', ...BODY_ERRORS) },
      },
    },
    (request) => finalizeInvoice(services, callerOf(request), idOf(request.params)),
  );

  app.post(
    '/invoices/:id/adjust',
    {
      config: write,
      schema: {
        tags: ['Invoices'],
        summary: 'Adjust an invoice',
        description:
          'Adds a line, and settles the dispute if asked to. The same `idempotencyKey` is one adjustment; with `expectedUpdatedAt`, RECORD_MOVED answers where somebody changed the invoice since. Until `invoices.disputeWindowDays` after the due date.',
        params,
        body: AdjustRequest,
        response: {
          200: AdjustResponse,
          ...tenantErrors(
            'NOT_SENDABLE',
            'INVALID_AMOUNT',
            'INVALID_FIELD',
            'INVALID_TEXT',
            'WINDOW_CLOSED',
            'IDEMPOTENCY_KEY_REUSED',
            'RECORD_MOVED',
            ...BODY_ERRORS,
          ),
        },
      },
    },
    (request) => adjustInvoice(services, callerOf(request), { id: idOf(request.params), request: request.body }),
  );
};
export default plugin;

const PDF = 'application/pdf';

function idOf({ id: text }: { readonly id: string }): RecordId {
  const id = parseRecordId(text);
  if (!id) throw new ApiError('INVALID_ID', { details: { parameter: 'id' } });
  return id;
}

function stateOf({ number, isSent, isDisputed, isPaid }: ListedInvoice): InvoiceState {
  if (isDisputed) return 'disputed';
  if (isPaid) return 'paid';
  return number !== null || isSent ? 'issued' : 'draft';
}
