import { resolve } from 'node:path';
import { domains } from '@backhaul/shared';
import type { R2Settings } from '../infra/objects/r2-store.ts';
import { messagingProblems, sendGridConfig, twilioConfig } from './messaging-config.ts';
import {
  type Environment,
  type LogLevel,
  OPTIONS,
  type Option,
  type OptionName,
  type OptionValues,
} from './options.ts';

/** What it takes to verify session tokens, whoever signs them. */
export interface TokenSettings {
  readonly publishableKey: string;
  readonly secretKey: string;
  /** PEM of the RSA public key. */
  readonly jwtKey: string;
  readonly issuer: string;
  /** Accepted `azp`; empty: any. */
  readonly authorizedParties: readonly string[];
}

/** Where the bytes of attachments are. `none`: uploads are refused. */
export type ObjectsConfig =
  | ({ readonly kind: 'r2' } & R2Settings)
  | { readonly kind: 'embedded' /** Absolute. */; readonly folder: string }
  | { readonly kind: 'none' };

export interface TwilioConfig {
  readonly accountSid: string;
  readonly authToken: string;
  readonly smsFrom: string | null;
  readonly whatsappFrom: string | null;
  readonly templates: { readonly en: string | null; readonly es: string | null };
}

export interface SendGridConfig {
  readonly apiKey: string;
  readonly from: string;
  /** `null`: no events are taken. */
  readonly webhookKey: string | null;
}

export interface Config {
  readonly environment: Environment;
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string | null;
  readonly databaseAppUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  readonly objects: ObjectsConfig;
  /** `null`: generate or read one in the data folder. Never in production. */
  readonly masterKey: Buffer | null;
  /** `null`: the local issuer. Never in production. */
  readonly clerk: TokenSettings | null;
  /** `null`: no webhooks of Clerk are taken. */
  readonly clerkWebhookSecret: string | null;
  /** `null`: where it listens. */
  readonly publicUrl: string | null;
  readonly twilio: TwilioConfig | null;
  readonly sendGrid: SendGridConfig | null;
  readonly corsOrigins: readonly string[];
  /** `null`: short lines for people. */
  readonly logLevel: LogLevel | null;
  /** Absolute. */
  readonly webDir: string;
  readonly domain: string;
  readonly demo: boolean;
  /** 0: this deployment serves no streams. */
  readonly maxStreams: number;
  /** `null`: nobody may run jobs by a request. */
  readonly cronSecret: string | null;
  readonly streamRows: number;
  readonly trustProxy: boolean;
}

/** Everything that is wrong with the environment, one sentence each. Secret values are never quoted. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

type Environ = { readonly [name: string]: string | undefined };

/**
 * Reads the options once. Relative folders are taken from `cwd`.
 * Throws ConfigError naming every problem at once.
 */
export function loadConfig(environ: Environ, cwd: string): Config {
  const problems: string[] = [];
  const values = readOptions(environ, problems);
  problems.push(...missingInProduction(values, environ));
  problems.push(...halfClerk(values));
  if (values.CRON_SECRET !== null && values.DATABASE_URL === null && values.DATABASE_APP_URL !== null) {
    problems.push('CRON_SECRET needs DATABASE_URL: jobs run as the owner of the tables');
  }
  if (!Object.hasOwn(domains, values.BACKHAUL_DOMAIN)) {
    problems.push(`BACKHAUL_DOMAIN must be one of ${Object.keys(domains).join(', ')}`);
  }
  problems.push(...messagingProblems(values));
  const clerk = clerkSettings(values, problems);
  problems.push(...halfR2(values));
  if (problems.length > 0) throw new ConfigError(problems);

  const production = values.NODE_ENV === 'production';
  return {
    environment: values.NODE_ENV,
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL,
    databaseAppUrl: values.DATABASE_APP_URL,
    dataDir: resolve(cwd, values.BACKHAUL_DATA),
    objects: objectsConfig(values, cwd),
    masterKey: values.BACKHAUL_MASTER_KEY,
    clerk,
    clerkWebhookSecret: values.CLERK_WEBHOOK_SECRET,
    publicUrl: values.BACKHAUL_PUBLIC_URL,
    twilio: twilioConfig(values),
    sendGrid: sendGridConfig(values),
    corsOrigins: values.CORS_ORIGINS,
    logLevel: values.LOG_LEVEL ?? (production ? 'info' : null),
    webDir: values.BACKHAUL_WEB === null ? DEFAULT_WEB_DIR : resolve(cwd, values.BACKHAUL_WEB),
    domain: values.BACKHAUL_DOMAIN,
    demo: values.BACKHAUL_DEMO ?? values.NODE_ENV === 'development',
    maxStreams: values.BACKHAUL_MAX_STREAMS,
    cronSecret: values.CRON_SECRET,
    streamRows: values.BACKHAUL_STREAM_ROWS,
    trustProxy: values.TRUST_PROXY,
  };
}

const DEFAULT_WEB_DIR = resolve(import.meta.dirname, '../../../web/dist');

const R2_KEYS = ['R2_ENDPOINT', 'R2_BUCKET', 'R2_ACCESS_KEY_ID', 'R2_SECRET_ACCESS_KEY'] as const;

const CLERK_KEYS = ['CLERK_PUBLISHABLE_KEY', 'CLERK_SECRET_KEY', 'CLERK_JWT_KEY'] as const;

function readOptions(environ: Environ, problems: string[]): OptionValues {
  const entries = (Object.entries(OPTIONS) as [OptionName, Option<unknown>][]).map(([name, { parse, ...option }]) => {
    const text = environ[name]?.trim() ?? '';
    if (text === '') return [name, option.default];
    const parsed = parse(text);
    if (parsed.ok) return [name, parsed.value];
    problems.push(`${name} ${parsed.reason}${option.secret ? '' : `, not ${JSON.stringify(text)}`}`);
    return [name, option.default];
  });
  return Object.fromEntries(entries) as OptionValues;
}

/** Looks at the environment itself: a value that is there and malformed has been reported already. */
function* missingInProduction(values: OptionValues, environ: Environ): Iterable<string> {
  if (values.NODE_ENV !== 'production') return;
  const given = (name: OptionName) => (environ[name]?.trim() ?? '') !== '';
  if (!given('DATABASE_URL') && !given('DATABASE_APP_URL')) {
    yield 'DATABASE_URL (or DATABASE_APP_URL) is required in production';
  }
  for (const name of ['BACKHAUL_MASTER_KEY', ...CLERK_KEYS] as const) {
    if (!given(name)) yield `${name} is required in production`;
  }
}

function* halfClerk(values: OptionValues): Iterable<string> {
  if (values.NODE_ENV === 'production') return;
  const given = CLERK_KEYS.filter((name) => values[name] !== null);
  if (given.length === 0) return;
  for (const name of CLERK_KEYS) {
    if (values[name] === null)
      yield `${name} is required once ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'} set`;
  }
}

function* halfR2(values: OptionValues): Iterable<string> {
  const given = R2_KEYS.filter((name) => values[name] !== null);
  if (given.length === 0) return;
  for (const name of R2_KEYS) {
    if (values[name] === null) {
      yield `${name} is required once ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'} set`;
    }
  }
}

function objectsConfig(values: OptionValues, cwd: string): ObjectsConfig {
  const { R2_ENDPOINT: endpoint, R2_BUCKET: bucket } = values;
  const { R2_ACCESS_KEY_ID: accessKeyId, R2_SECRET_ACCESS_KEY: secretAccessKey } = values;
  if (endpoint !== null && bucket !== null && accessKeyId !== null && secretAccessKey !== null) {
    return { kind: 'r2', endpoint, bucket, accessKeyId, secretAccessKey };
  }
  if (values.BACKHAUL_OBJECTS !== null) return { kind: 'embedded', folder: resolve(cwd, values.BACKHAUL_OBJECTS) };
  if (values.NODE_ENV === 'production') return { kind: 'none' };
  return { kind: 'embedded', folder: resolve(cwd, values.BACKHAUL_DATA, 'objects') };
}

function clerkSettings(values: OptionValues, problems: string[]): TokenSettings | null {
  const publishableKey = values.CLERK_PUBLISHABLE_KEY;
  const secretKey = values.CLERK_SECRET_KEY;
  const jwtKey = values.CLERK_JWT_KEY;
  if (publishableKey === null || secretKey === null || jwtKey === null) return null;
  const issuer = values.CLERK_ISSUER ?? issuerOf(publishableKey);
  if (issuer === null) {
    problems.push('CLERK_PUBLISHABLE_KEY names no Frontend API; correct it or set CLERK_ISSUER');
    return null;
  }
  return { publishableKey, secretKey, jwtKey, issuer, authorizedParties: values.CLERK_AUTHORIZED_PARTIES };
}

/** A publishable key is a prefix and the base64 of the Frontend API's host followed by a dollar sign. */
function issuerOf(publishableKey: string): string | null {
  const host = Buffer.from(publishableKey.split('_').at(2) ?? '', 'base64').toString('latin1');
  return /^[a-z0-9.-]+\.[a-z]+\$$/i.test(host) ? `https://${host.slice(0, -1)}` : null;
}
