import { Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { errorFacts } from '../http/error-log.ts';
import { errors, type RoutePlugin } from '../http/route-plugin.ts';
import { addMessageJobs } from '../jobs/message-jobs.ts';
import { keepEvents } from '../webhooks/keep-events.ts';
import { readersOf, type WebhookProvider } from '../webhooks/readers.ts';

/** SendGrid sends events by the thousand. */
const BODY_LIMIT = 4 * 1024 * 1024;

const SUMMARIES: { readonly [P in WebhookProvider]: string } = {
  twilio: 'Status callbacks and answers of customers, from Twilio',
  sendgrid: 'Events of emails, from SendGrid',
  clerk: 'Changed and deleted users, from Clerk',
};

/** Reports are verified over the bytes that came, kept, and acted on later: providers give up on slow answers. */
const plugin: RoutePlugin = async (app, { services }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const readers = readersOf(services);

  for (const provider of ['twilio', 'sendgrid', 'clerk'] as const) {
    app.post(
      `/webhooks/${provider}`,
      {
        bodyLimit: BODY_LIMIT,
        config: { access: { who: 'provider', enforcedBy: 'hook' } },
        schema: {
          tags: ['Webhooks'],
          summary: SUMMARIES[provider],
          description:
            'For the provider alone, whose signature is verified. Where it is not set up, there is no such route.',
          response: {
            200: Type.Object({}, { description: 'Taken, or known already' }),
            ...errors('NOT_FOUND', 'INVALID_SIGNATURE', 'BODY_TOO_LARGE'),
          },
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store');
        const read = readers[provider];
        if (!read) throw new ApiError('NOT_FOUND');
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, [value].flat()[0]]),
        );
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const events = await read({ body, headers, url: request.url, now: services.now() });
        if (events === null) throw new ApiError('INVALID_SIGNATURE');
        const jobs = await keepEvents(services, provider, events);
        await addMessageJobs(services, jobs).catch((error: unknown) =>
          request.log.warn({ cause: errorFacts(error) }, 'reports wait for the sweep'),
        );
        // Twilio takes an answer as instructions, and an empty one as none.
        if (provider === 'twilio') {
          return reply
            .type('text/xml')
            .serializer((text: string) => text)
            .send('<Response/>' as never);
        }
        return {};
      },
    );
  }
};
export default plugin;
