import { Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { PAGE, sendDeadLink, sendPage, sendTo, sendUnavailable } from '../http/page.ts';
import type { RoutePlugin } from '../http/route-plugin.ts';
import { openLetterFile, openLetterPage } from '../notifications/open-letter.ts';

/** What the link in a message opens: for whoever holds it, which is why it is long. */
const plugin: RoutePlugin = async (app, { services }) => {
  app.get(
    '/i/:token',
    {
      config: { access: { who: 'anyone', enforcedBy: 'hook' } },
      schema: {
        tags: ['Messages'],
        summary: 'What was sent to a customer',
        description: 'The page behind the link in a message, as it was when the message was sent. For 400 days.',
        params: Type.Object({ token: Type.String() }),
        response: { 200: PAGE, 404: PAGE },
      },
    },
    async (request, reply) => {
      const page = await openLetterPage(services, request.params.token);
      return page === null ? sendDeadLink(reply) : sendPage(reply, page);
    },
  );

  app.get(
    '/i/:token/file',
    {
      config: { access: { who: 'anyone', enforcedBy: 'hook' } },
      schema: {
        tags: ['Messages'],
        summary: 'The file that was sent to a customer',
        description: 'Leads to the bytes, by an address that is good for ten minutes.',
        params: Type.Object({ token: Type.String() }),
        response: { 302: Type.Null({ description: 'To the file' }), 404: PAGE, 503: PAGE },
      },
    },
    async (request, reply) => {
      try {
        const address = await openLetterFile(services, request.params.token);
        return address === null ? sendDeadLink(reply) : sendTo(reply, address);
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'ATTACHMENTS_UNAVAILABLE') throw error;
        request.errorCode = error.code;
        return sendUnavailable(reply);
      }
    },
  );
};
export default plugin;
