/** One environment variable: how it is read, what it is when it is left out, and what `.env.example` says about it. */
export interface Option<T> {
  /** Answers the value, or the reason why the text is not one: the end of the sentence "NAME ...". */
  readonly parse: (text: string) => Parsed<T>;
  readonly default: T;
  readonly explanation: string;
  /** Never printed, not even in an error. */
  readonly secret: boolean;
  /** How the default reads in `.env.example`. */
  readonly defaultText: string;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export const ENVIRONMENTS = ['development', 'test', 'production'] as const;
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];

const ok = <T>(value: T): Parsed<T> => ({ ok: true, value });
const no = (reason: string): Parsed<never> => ({ ok: false, reason });

/** Every option of the service. An empty variable counts as left out. */
export const OPTIONS = {
  NODE_ENV: option(
    oneOf(ENVIRONMENTS),
    'development',
    'production refuses to start without a database, a master key and Clerk, and has no development routes.',
  ),
  PORT: option(port, 3000, 'Where the service listens. 0: any free port.'),
  HOST: option(text, '127.0.0.1', 'The address to listen on; 0.0.0.0 for every interface.'),
  DATABASE_URL: optional(
    postgresUrl,
    "The schema owner's PostgreSQL connection: migrations run through it. Left out: an embedded server in the data folder.",
    { secret: true },
  ),
  DATABASE_APP_URL: optional(
    postgresUrl,
    'The connection that serves requests, as a role that is not the owner; a transaction pooler is fine. Left out: the role backhaul_app at DATABASE_URL.',
    { secret: true },
  ),
  BACKHAUL_DATA: option(text, '.backhaul', 'Folder of the embedded database and of generated keys.'),
  BACKHAUL_MASTER_KEY: optional(
    masterKey,
    '32 bytes in base64 that wrap the tenants’ data keys; losing it loses every sealed field. Generated into the data folder in development.',
    { secret: true },
  ),
  R2_ENDPOINT: optional(
    url,
    'Where attachments are kept: https://<account>.r2.cloudflarestorage.com, or another store that speaks S3. Left out: files on this machine.',
  ),
  R2_BUCKET: optional(text, 'Its bucket. All of R2_* or none.'),
  R2_ACCESS_KEY_ID: optional(text, 'Of an API token that may read and write objects of this bucket.'),
  R2_SECRET_ACCESS_KEY: optional(text, 'The same token’s secret.', { secret: true }),
  BACKHAUL_OBJECTS: optional(
    text,
    'Folder of attachments where R2_ENDPOINT is left out; for a service on one machine. In production, without both, nothing can be uploaded.',
    { defaultText: 'objects in the data folder in development' },
  ),
  CLERK_PUBLISHABLE_KEY: optional(
    prefixed('pk_'),
    'From the Clerk dashboard. Left out: a local issuer signs people in.',
  ),
  CLERK_SECRET_KEY: optional(prefixed('sk_'), 'From the Clerk dashboard; sends invitations.', { secret: true }),
  CLERK_JWT_KEY: optional(
    publicKey,
    'The PEM public key of the Clerk instance (line breaks may be written as \\n): tokens are verified without a network call.',
  ),
  CLERK_ISSUER: optional(url, "The iss of the session tokens. Left out: the publishable key's Frontend API."),
  CLERK_AUTHORIZED_PARTIES: list('Origins that a token’s azp may name, comma separated. Left out: any.'),
  CLERK_WEBHOOK_SECRET: optional(
    prefixedBy('whsec_'),
    'Signing secret of the webhook endpoint /v1/webhooks/clerk. Left out: changed and deleted users are noticed when they call.',
    { secret: true },
  ),
  BACKHAUL_PUBLIC_URL: optional(
    url,
    'Where people and providers outside reach this service: links in messages and the signatures of webhooks depend on it. Left out in development: where it listens.',
  ),
  TWILIO_ACCOUNT_SID: optional(
    prefixedBy('AC'),
    'From the Twilio console; sends SMS and WhatsApp messages. Left out: a local mailbox in development, no such messages in production.',
  ),
  TWILIO_AUTH_TOKEN: optional(text, 'Of the same account; it also signs webhooks.', { secret: true }),
  TWILIO_SMS_FROM: optional(
    phoneOrService,
    'The telephone number that SMS come from, or the SID of a messaging service (MG…). Left out: no SMS.',
  ),
  TWILIO_WHATSAPP_FROM: optional(phone, 'The number of the WhatsApp sender. Left out: no WhatsApp messages.'),
  TWILIO_WHATSAPP_TEMPLATE_EN: optional(prefixedBy('HX'), 'SID of the approved content template in English.'),
  TWILIO_WHATSAPP_TEMPLATE_ES: optional(prefixedBy('HX'), 'SID of the approved content template in Spanish.'),
  SENDGRID_API_KEY: optional(
    prefixedBy('SG.'),
    'From SendGrid, with the right to send mail. Left out: a local mailbox in development, no email in production.',
    { secret: true },
  ),
  SENDGRID_FROM: optional(email, 'The verified address that email comes from.'),
  SENDGRID_WEBHOOK_KEY: optional(
    ecdsaKey,
    'Verification key of the signed event webhook /v1/webhooks/sendgrid, in base64.',
  ),
  CORS_ORIGINS: list('Origins of web apps served from elsewhere, comma separated. Left out: same origin only.'),
  LOG_LEVEL: optional(
    oneOf(LOG_LEVELS),
    'Structured JSON logs on stdout from this level on. Left out: short lines for people in development, info in production.',
  ),
  BACKHAUL_WEB: optional(text, 'Folder of the built web app.', { defaultText: 'web/dist beside the server package' }),
  BACKHAUL_DOMAIN: option(text, 'field-service', 'The domain to serve.'),
  BACKHAUL_DEMO: optional(yesOrNo, 'Make a demo tenant at the first start.', { defaultText: 'true in development' }),
  BACKHAUL_MAX_STREAMS: option(
    count,
    5000,
    'Live streams at once on this instance, each a socket and about 30 KB. 0: none, and devices poll.',
  ),
  BACKHAUL_STREAM_ROWS: option(
    count,
    200,
    'Records that one event of a stream carries at most; longer news is announced, and pulled. 0: all of it.',
  ),
  CRON_SECRET: optional(
    cronSecret,
    'What a scheduler sends as bearer to GET /jobs/run, which runs the jobs that are due; at least 16 characters. Left out: no such route. For platforms where no process lives on; needs DATABASE_URL.',
    { secret: true },
  ),
  TRUST_PROXY: option(yesOrNo, false, 'Believe X-Forwarded-* headers; only behind a proxy that sets them.'),
} as const;

export type OptionName = keyof typeof OPTIONS;
export type OptionValues = {
  readonly [Name in OptionName]: (typeof OPTIONS)[Name] extends Option<infer T> ? T : never;
};

function option<T extends string | number | boolean>(
  parse: (text: string) => Parsed<T>,
  fallback: T,
  explanation: string,
): Option<T> {
  return { parse, default: fallback, explanation, secret: false, defaultText: String(fallback) };
}

function optional<T>(
  parse: (text: string) => Parsed<T>,
  explanation: string,
  { secret = false, defaultText = '' } = {},
): Option<T | null> {
  return { parse, default: null, explanation, secret, defaultText };
}

function list(explanation: string): Option<readonly string[]> {
  return { parse: items, default: [], explanation, secret: false, defaultText: '' };
}

function items(value: string): Parsed<readonly string[]> {
  const trimmed = value.split(',').map((item) => item.trim());
  return ok(trimmed.filter((item) => item !== ''));
}

function text(value: string): Parsed<string> {
  return ok(value);
}

function oneOf<const Value extends string>(values: readonly Value[]) {
  return (value: string): Parsed<Value> => {
    const found = values.find((one) => one === value);
    return found === undefined ? no(`must be one of ${values.join(', ')}`) : ok(found);
  };
}

function yesOrNo(value: string): Parsed<boolean> {
  if (['true', '1'].includes(value)) return ok(true);
  return ['false', '0'].includes(value) ? ok(false) : no('must be true or false');
}

function port(value: string): Parsed<number> {
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? ok(Number(value)) : no('must be a port, 0 to 65535');
}

function count(value: string): Parsed<number> {
  return /^\d{1,7}$/.test(value) ? ok(Number(value)) : no('must be a whole number, 0 to 9999999');
}

function prefixed(prefix: string) {
  return (value: string): Parsed<string> =>
    new RegExp(`^${prefix}(test|live)_\\S+$`).test(value)
      ? ok(value)
      : no(`must start with ${prefix}test_ or ${prefix}live_`);
}

function prefixedBy(prefix: string) {
  return (value: string): Parsed<string> =>
    value.startsWith(prefix) && /^\S+$/.test(value) ? ok(value) : no(`must start with ${prefix}`);
}

function phone(value: string): Parsed<string> {
  return /^\+[1-9]\d{6,14}$/.test(value) ? ok(value) : no('must be a telephone number like +15085550123');
}

function phoneOrService(value: string): Parsed<string> {
  return /^MG[0-9a-f]{32}$/.test(value) ? ok(value) : phone(value);
}

function email(value: string): Parsed<string> {
  return /^[^\s@]+@[^\s@]+$/.test(value) ? ok(value) : no('must be an email address');
}

function ecdsaKey(value: string): Parsed<string> {
  return /^MFkw[A-Za-z0-9+/]+={0,2}$/.test(value) ? ok(value) : no('must be the base64 of an ECDSA public key');
}

function url(value: string): Parsed<string> {
  return URL.canParse(value) && /^https?:/.test(value) ? ok(value.replace(/\/$/, '')) : no('must be an http(s) URL');
}

function postgresUrl(value: string): Parsed<string> {
  return URL.canParse(value) && /^postgres(ql)?:/.test(value) ? ok(value) : no('must be a postgres:// URL');
}

function cronSecret(value: string): Parsed<string> {
  return /^[\x21-\x7e]{16,}$/.test(value) ? ok(value) : no('must be at least 16 printable characters without spaces');
}

function masterKey(value: string): Parsed<Buffer> {
  const key = Buffer.from(value, 'base64');
  // Buffer.from skips what is not base64, so only the round trip proves that nothing was skipped.
  const exact = key.toString('base64').replace(/=+$/, '') === value.replace(/=+$/, '');
  return exact && key.length === 32 ? ok(key) : no('must be 32 bytes in base64 (openssl rand -base64 32)');
}

const RSA_2048_START = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA';

/** The verifying library cuts the modulus out of the PEM text, so that only this shape of key works. */
function publicKey(value: string): Parsed<string> {
  const pem = value.replaceAll('\\n', '\n').trim();
  const body = /^-----BEGIN PUBLIC KEY-----([\s\S]+)-----END PUBLIC KEY-----$/.exec(pem)?.[1]?.replace(/\s/g, '');
  return body?.startsWith(RSA_2048_START) && body.endsWith('IDAQAB')
    ? ok(pem)
    : no('must be the PEM of a 2048-bit RSA public key');
}
