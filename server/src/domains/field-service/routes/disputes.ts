import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readDisputeToken } from '../../../documents/dispute-token.ts';
import { PAGE, sendDeadLink, sendPage } from '../../../http/page.ts';
import { errors, type RoutePlugin } from '../../../http/route-plugin.ts';
import { disputePage } from '../disputes/dispute-page.ts';
import { type DisputeAnswer, openDispute, takeDispute } from '../disputes/take-dispute.ts';

const config = { access: { who: 'anyone', enforcedBy: 'hook' } } as const;
const params = Type.Object({ token: Type.String() });
const FORM_BYTES = 16 * 1024;

/** Behind the dispute link of an invoice: for whoever holds it, known by the signature in it alone. */
const plugin: RoutePlugin = async (app, { services }) => {
  // A form of the page itself, which works without scripts. Only here: elsewhere any page could send one.
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES },
    (_request, body, done) => done(null, { reason: new URLSearchParams(body.toString()).get('reason') ?? '' }),
  );

  // Before any of the body is read.
  const refuseUnsigned = async ({ params: given }: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { token } = given as { readonly token: string };
    if (readDisputeToken(services.crypto, token) === null) await sendDeadLink(reply);
  };

  app.get(
    '/d/:token',
    {
      config,
      onRequest: refuseUnsigned,
      schema: {
        tags: ['Invoices'],
        summary: 'The page on which a client disputes an invoice',
        params,
        response: { 200: PAGE, 404: PAGE },
      },
    },
    async ({ params: { token } }, reply) => show(reply, await openDispute(services, token)),
  );

  app.post(
    '/d/:token',
    {
      config,
      onRequest: refuseUnsigned,
      schema: {
        tags: ['Invoices'],
        summary: 'Dispute an invoice',
        description: 'As the page sends it, or as JSON. Five times a day for one invoice.',
        params,
        body: Type.Object({ reason: Type.String() }, { additionalProperties: false }),
        response: {
          200: PAGE,
          404: PAGE,
          422: PAGE,
          429: PAGE,
          ...errors('INVALID_REQUEST', 'INVALID_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'),
        },
      },
    },
    async ({ params: { token }, body }, reply) => show(reply, await takeDispute(services, token, body.reason)),
  );
};
export default plugin;

const STATUS = { ask: 200, open: 200, taken: 200, closed: 200, empty: 422, tooMany: 429 } as const;

function show(reply: FastifyReply, answer: DisputeAnswer | null): FastifyReply {
  if (answer === null) return sendDeadLink(reply);
  const { invoice, view } = answer;
  if (view.kind === 'tooMany') reply.header('retry-after', '86400');
  return sendPage(reply.code(STATUS[view.kind]), disputePage(invoice, view));
}
