import { Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { errors, type RoutePlugin } from '../http/route-plugin.ts';
import { openLetterPage } from '../notifications/open-letter.ts';

/** What the link in a message opens: for whoever holds it, which is why it is long. */
const plugin: RoutePlugin = async (app, { services }) => {
  app.get(
    '/i/:token',
    {
      config: { access: { who: 'anyone', enforcedBy: 'hook' } },
      schema: {
        tags: ['Messages'],
        summary: 'What was sent to a customer',
        description: 'The page behind the link in a message, as it was when the message was sent.',
        params: Type.Object({ token: Type.String() }),
        response: {
          200: { description: 'A page', content: { 'text/html': { schema: Type.String() } } },
          ...errors('NOT_FOUND'),
        },
      },
    },
    async (request, reply) => {
      const page = await openLetterPage(services, request.params.token);
      if (page === null) throw new ApiError('NOT_FOUND');
      return reply
        .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' })
        .type('text/html; charset=utf-8')
        .serializer((text: string) => text)
        .send(page);
    },
  );
};
export default plugin;
