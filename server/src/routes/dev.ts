import { ChannelSchema, DevSignInRequest, DevSignInResponse, Nullable } from '@backhaul/shared/schemas';
import { Type } from 'typebox';
import { ApiError } from '../http/api-error.ts';
import { BODY_ERRORS, errors, type RoutePlugin } from '../http/route-plugin.ts';
import type { DevIssuer } from '../infra/dev-issuer.ts';
import type { Mailbox } from '../infra/mailbox.ts';
import { parseEmail } from '../infra/session-token.ts';

const MailboxResponse = Type.Object(
  {
    messages: Type.Array(
      Type.Object({
        id: Type.String({ format: 'uuid' }),
        channel: ChannelSchema,
        to: Type.String(),
        from: Type.String(),
        subject: Nullable(Type.String()),
        text: Type.String(),
        html: Nullable(Type.String()),
        attachments: Type.Array(
          Type.Object({ fileName: Type.String(), mimeType: Type.String(), size: Type.Integer() }),
        ),
        segments: Nullable(Type.Integer()),
        notificationId: Nullable(Type.String({ format: 'uuid' })),
        at: Type.String({ format: 'date-time' }),
      }),
    ),
  },
  { $id: 'MailboxResponse' },
);

/** Registered only where the local issuer exists, which is never in production. */
export function devRoutes(issuer: DevIssuer, mailbox: Mailbox | null): RoutePlugin {
  return async (app) => {
    app.post(
      '/dev/sign-in',
      {
        config: { access: { who: 'anyone', enforcedBy: 'hook' } },
        schema: {
          tags: ['Development'],
          summary: 'Sign in as anybody',
          description: 'Development only. The token goes through the same verification as one of Clerk.',
          body: DevSignInRequest,
          response: { 200: DevSignInResponse, ...errors('INVALID_REQUEST', ...BODY_ERRORS) },
        },
      },
      async (request) => {
        const { name } = request.body;
        const email = parseEmail(request.body.email);
        if (email === null) throw new ApiError('INVALID_REQUEST', { details: { fields: ['email'] } });
        // Not the service's clock: tokens are verified against the system's.
        const issued = await issuer.issue({ email, name }, new Date());
        return {
          token: issued.token,
          expiresAt: issued.expiresAt.toISOString(),
          user: { id: issued.userId, email: issued.email, name: issued.name },
        };
      },
    );

    if (!mailbox) return;
    app.get(
      '/dev/mailbox',
      {
        config: { access: { who: 'anyone', enforcedBy: 'hook' } },
        schema: {
          tags: ['Development'],
          summary: 'Read the messages that were not sent',
          description:
            'Development only: the newest 200 emails, SMS and WhatsApp messages since the start, as their recipients would see them, newest first. `html` belongs into a sandboxed frame.',
          response: { 200: MailboxResponse, ...errors() },
        },
      },
      async () => ({ messages: mailbox.list().map((mail) => ({ ...mail, attachments: [...mail.attachments] })) }),
    );
  };
}
