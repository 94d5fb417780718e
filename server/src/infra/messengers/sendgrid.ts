import sendGridClient from '@sendgrid/client';
import sendGridMail from '@sendgrid/mail';
import { FOREIGN_ANSWER, judgeAnswer, judgeFailure } from './http-outcome.ts';
import type { Delivery, Messenger } from './messenger.ts';

export interface SendGridSettings {
  readonly apiKey: string;
  /** A verified sender's address. */
  readonly from: string;
  readonly timeoutMs: number;
}

/** Email through SendGrid. What became of a message is told by its events alone: it can not be asked. */
export function sendGridMessenger({ apiKey, from, timeoutMs }: SendGridSettings): Messenger {
  const client = another(sendGridClient);
  client.setApiKey(apiKey);
  client.setDefaultRequest('timeout' as never, timeoutMs as never);
  const mail = another(sendGridMail);
  mail.setClient(client);
  return {
    name: 'sendgrid',
    async deliver({ tenantId, notificationId, to, from: name, replyTo, content, attachments }) {
      if (content.channel !== 'email') throw new Error('SendGrid sends email only');
      const { subject, text, html } = content;
      try {
        const [response] = await mail.send({
          to,
          from: { email: from, name },
          ...(replyTo === null ? {} : { replyTo }),
          subject,
          text,
          html,
          attachments: attachments.map(({ fileName, mimeType, bytes }) => ({
            filename: fileName,
            type: mimeType,
            disposition: 'attachment',
            content: Buffer.from(bytes).toString('base64'),
          })),
          customArgs: { tenant: tenantId, notification: notificationId },
          // Links lead to this service; a redirect would show a stranger's name.
          trackingSettings: { clickTracking: { enable: false, enableText: false }, openTracking: { enable: false } },
        });
        if (response.statusCode !== 202) return FOREIGN_ANSWER;
        const { 'x-message-id': id } = response.headers as { readonly [header: string]: string | undefined };
        return { kind: 'accepted', providerId: id ?? notificationId };
      } catch (error) {
        return judge(error);
      }
    },
    find: async () => ({ kind: 'silent' }),
  };
}

/** The libraries export one instance for everybody, and their declarations hide the class. */
function another<T extends object>(instance: T): T {
  return new (instance.constructor as new () => T)();
}

function judge(error: unknown): Delivery {
  const { code, response } = error as { code?: unknown; response?: { headers?: unknown; body?: unknown } };
  if (typeof code !== 'number' || !response) return judgeFailure(error);
  const headers = (response.headers ?? {}) as { readonly [name: string]: string | undefined };
  const [first] = ((response.body ?? {}) as { errors?: { message?: unknown; field?: unknown }[] }).errors ?? [];
  return judgeAnswer({
    status: code,
    retryAfter: headers['retry-after'],
    error: typeof first?.message === 'string' ? { code: `HTTP_${code}`, reason: first.message } : null,
  });
}
