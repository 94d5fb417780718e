import type { Language } from '@backhaul/shared';
import { unreachable } from '@backhaul/shared';
import twilio from 'twilio';
import { FOREIGN_ANSWER, judgeAnswer, judgeFailure } from './http-outcome.ts';
import type { Delivery, Found, Messenger, OutgoingMessage } from './messenger.ts';

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** E.164, or the SID of a messaging service. `null`: no SMS. */
  readonly smsFrom: string | null;
  /** E.164. `null`: no WhatsApp. */
  readonly whatsappFrom: string | null;
  /** The content template's SID for each language. */
  readonly templates: { readonly [L in Language]: string | null };
  /** Of this service as the provider reaches it. */
  readonly publicUrl: () => string;
  readonly timeoutMs: number;
}

/** WhatsApp and SMS through Twilio. */
export function twilioMessenger(settings: TwilioSettings): Messenger {
  const client = twilio(settings.accountSid, settings.authToken, {
    httpClient: new AnsweringClient({ timeout: settings.timeoutMs, autoRetry: false }),
  });
  return {
    name: 'twilio',
    async deliver(message) {
      try {
        const created = await client.messages.create({
          to: addressOf(message.content.channel, message.to),
          statusCallback: callbackUrl(settings.publicUrl(), message),
          ...contentOf(settings, message),
        });
        // A proxy's page with status 200 is no answer of Twilio's.
        return typeof created.sid === 'string' ? { kind: 'accepted', providerId: created.sid } : FOREIGN_ANSWER;
      } catch (error) {
        return judge(error);
      }
    },
    async find({ channel, to, mark, since }): Promise<Found> {
      try {
        // By day: the provider counts them in UTC, and may have sent it a moment before the clock here says.
        const dateSentAfter = new Date(since.getTime() - DAY_MS);
        const messages = await client.messages.list({ to: addressOf(channel, to), dateSentAfter, limit: LOOKED_AT });
        const found = messages.find(({ body }) => body?.includes(mark));
        return found ? { kind: 'found', providerId: found.sid } : { kind: 'absent' };
      } catch {
        return { kind: 'silent' };
      }
    },
  };
}

const DAY_MS = 86_400_000;
/** Messages to one recipient within a day or two. */
const LOOKED_AT = 200;

/** Where Twilio tells what became of a message; the path and query are part of what it signs. */
export function callbackUrl(
  publicUrl: string,
  { tenantId, notificationId }: Pick<OutgoingMessage, 'tenantId' | 'notificationId'>,
): string {
  return `${publicUrl}/v1/webhooks/twilio?tenant=${tenantId}&notification=${notificationId}`;
}

function addressOf(channel: OutgoingMessage['content']['channel'], to: string): string {
  return channel === 'whatsapp' ? `whatsapp:${to}` : to;
}

function contentOf(settings: TwilioSettings, { content }: OutgoingMessage) {
  switch (content.channel) {
    case 'sms': {
      const from = settings.smsFrom ?? '';
      return { body: content.text, ...(from.startsWith('MG') ? { messagingServiceSid: from } : { from }) };
    }
    case 'whatsapp': {
      const { language, variables } = content.template;
      const contentSid = settings.templates[language] ?? Object.values(settings.templates).find((sid) => sid !== null);
      return {
        from: `whatsapp:${settings.whatsappFrom ?? ''}`,
        contentSid: contentSid ?? '',
        contentVariables: JSON.stringify(Object.fromEntries(variables.map((text, index) => [index + 1, text]))),
      };
    }
    case 'email':
      throw new Error('Twilio sends no email');
    default:
      return unreachable(content);
  }
}

/** An answer that is no success, with the header that the library's own error leaves out. */
class RefusedAnswer extends Error {
  override readonly name = 'RefusedAnswer';
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter: string | undefined;

  constructor(status: number, body: unknown, retryAfter: string | undefined) {
    super(`The provider answered ${status}`);
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

class AnsweringClient extends twilio.RequestClient {
  override async request<T>(options: Parameters<twilio.RequestClient['request']>[0]) {
    const response = await super.request<T>(options as never);
    if (response.statusCode < 400) return response;
    const headers = response.headers as { readonly [name: string]: string | undefined };
    throw new RefusedAnswer(response.statusCode, response.body, headers['retry-after']);
  }
}

function judge(error: unknown): Delivery {
  if (!(error instanceof RefusedAnswer)) return judgeFailure(error);
  const { status, body, retryAfter } = error;
  return judgeAnswer({ status, retryAfter, error: readError(body) });
}

function readError(body: unknown): { code: string; reason: string } | null {
  if (typeof body === 'string') {
    try {
      return readError(JSON.parse(body));
    } catch {
      return null;
    }
  }
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
  return typeof code === 'number' && typeof message === 'string' ? { code: String(code), reason: message } : null;
}
