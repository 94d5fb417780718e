import { delay, http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';

/** What happens to one request on its way: to the provider, in it, and back. */
export const TROUBLES = [
  'refused',
  'tooMany',
  'ownError',
  'gatewayPage',
  'gatewayPageAfterAcceptance',
  'timeoutBefore',
  'timeoutAfter',
  'resetBefore',
  'resetAfter',
] as const;
export type Trouble = (typeof TROUBLES)[number];

export interface Accepted {
  readonly providerId: string;
  /** What of the body names the message: its link. */
  readonly mark: string;
  readonly channel: 'sms' | 'whatsapp' | 'email';
  readonly to: string;
  readonly body: string;
  /** Where reports about it go. */
  readonly callback: string | null;
  readonly customArgs: { readonly [name: string]: string };
}

/** Twilio and SendGrid at the edge of the network, for the real clients. */
export interface ProviderDouble {
  readonly accepted: Accepted[];
  /** For the requests to come, in order; then all is well. */
  plan(troubles: readonly (Trouble | null)[]): void;
  readonly met: Map<Trouble, number>;
  clear(): void;
  close(): void;
}

/** Longer than the clients of a schedule wait. */
const SILENCE_MS = 400;
const LINK = /\/i\/([\w-]{43})/;

export function startProviders(accountSid: string): ProviderDouble {
  const accepted: Accepted[] = [];
  const met = new Map<Trouble, number>();
  let planned: (Trouble | null)[] = [];
  let count = 0;

  const answer = async (
    accept: () => Response,
    error: (status: number, headers?: Record<string, string>) => Response,
  ): Promise<Response> => {
    const trouble = planned.shift() ?? null;
    if (trouble === null) return accept();
    met.set(trouble, (met.get(trouble) ?? 0) + 1);
    switch (trouble) {
      case 'refused':
        return error(400);
      case 'tooMany':
        return error(429, { 'retry-after': String(count % 30) });
      case 'ownError':
        return error(count % 2 === 0 ? 500 : 503);
      case 'gatewayPage':
        return page(count % 2 === 0 ? 500 : 502);
      case 'gatewayPageAfterAcceptance':
        accept();
        return page(504);
      case 'timeoutBefore':
        await delay(SILENCE_MS);
        return HttpResponse.error();
      case 'timeoutAfter':
        accept();
        await delay(SILENCE_MS);
        return HttpResponse.error();
      case 'resetBefore':
        return HttpResponse.error();
      case 'resetAfter':
        accept();
        return HttpResponse.error();
    }
  };
  const page = (status: number) => new HttpResponse('<html>Gateway</html>', { status });
  const keep = (message: Omit<Accepted, 'providerId' | 'mark'>): Accepted => {
    count += 1;
    const one = { ...message, providerId: `P${count}`, mark: LINK.exec(message.body)?.[1] ?? '' };
    accepted.push(one);
    return one;
  };

  const messages = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const server = setupServer(
    http.post(messages, async ({ request }) => {
      const form = Object.fromEntries(new URLSearchParams(await request.text()));
      const isWhatsapp = form.To?.startsWith('whatsapp:') === true;
      return answer(
        () => {
          const { providerId } = keep({
            channel: isWhatsapp ? 'whatsapp' : 'sms',
            to: form.To ?? '',
            body: form.Body ?? form.ContentVariables ?? '',
            callback: form.StatusCallback ?? null,
            customArgs: {},
          });
          return HttpResponse.json({ sid: providerId, status: 'queued' }, { status: 201 });
        },
        (status, headers = {}) =>
          HttpResponse.json({ code: 20001, message: `No, ${form.To}`, status }, { status, headers }),
      );
    }),
    http.get(messages, ({ request }) => {
      const to = new URL(request.url).searchParams.get('To');
      return answer(
        () => {
          const found = accepted.filter((one) => one.to === to);
          const list = found.map(({ providerId, body }) => ({ sid: providerId, body }));
          return HttpResponse.json({ messages: list, page: 0, page_size: 200 });
        },
        (status, headers = {}) => HttpResponse.json({ code: 20001, message: 'No', status }, { status, headers }),
      );
    }),
    http.post('https://api.sendgrid.com/v3/mail/send', async ({ request }) => {
      const mail = (await request.json()) as {
        personalizations: { to: { email: string }[] }[];
        custom_args: Record<string, string>;
        content: { value: string }[];
      };
      const to = mail.personalizations[0]?.to[0]?.email ?? '';
      return answer(
        () => {
          const body = mail.content[0]?.value ?? '';
          const { providerId } = keep({ channel: 'email', to, body, callback: null, customArgs: mail.custom_args });
          return new HttpResponse(null, { status: 202, headers: { 'x-message-id': providerId } });
        },
        (status, headers = {}) => HttpResponse.json({ errors: [{ message: `No, ${to}` }] }, { status, headers }),
      );
    }),
  );
  server.listen({ onUnhandledFrame: 'bypass' });
  return {
    accepted,
    met,
    plan(troubles) {
      planned = [...troubles];
    },
    clear() {
      accepted.length = 0;
      planned = [];
    },
    close: () => server.close(),
  };
}
