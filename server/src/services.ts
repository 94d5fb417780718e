import type { Database } from '@backhaul/db';
import type { Domain } from '@backhaul/shared';
import type { Config, TokenSettings } from './config/load-config.ts';
import type { TenantCrypto } from './crypto/tenant-crypto.ts';
import type { DevIssuer } from './infra/dev-issuer.ts';
import type { InvitationSender } from './infra/invitation-sender.ts';
import type { EmbeddedStore } from './infra/objects/embedded-store.ts';
import type { ObjectStore } from './infra/objects/object-store.ts';
import type { Links } from './infra/links.ts';
import type { LogSettings } from './infra/log-settings.ts';
import type { Mailbox } from './infra/mailbox.ts';
import type { Messengers } from './infra/messengers/messenger.ts';
import type { Sendable } from './notifications/sendable.ts';
import type { ClockSignal } from './pokes/clock-signal.ts';
import type { PokeRoute } from './pokes/start-pokes.ts';
import type { StreamSettings } from './streams/stream-settings.ts';

/** The owner's way to the database, for what runs outside of requests. */
export interface JobAccess {
  readonly owner: Database;
  /** Of the same connection, for the job queue. */
  readonly connectionString: string;
}

/** `routes`: the embedded store, whose addresses this service answers itself. */
export interface Objects {
  readonly store: ObjectStore;
  readonly routes: EmbeddedStore | null;
}

/** Everything that a request may need, made once at the start and handed down. */
export interface Services {
  readonly config: Config;
  /** Connected as the application role. Tells `clocks` of every clock that it has moved. */
  readonly database: Database;
  readonly clocks: ClockSignal;
  readonly pokeRoute: PokeRoute;
  readonly streams: StreamSettings;
  /** Migrations that the database lacks; `null` where only the application role is known and nobody can tell. */
  readonly pendingMigrations: (() => Promise<readonly string[]>) | null;
  /** `null` where only the application role is known. */
  readonly jobs: JobAccess | null;
  readonly domain: Domain;
  readonly crypto: TenantCrypto;
  readonly tokens: TokenSettings;
  /** `null` wherever people sign in with Clerk. */
  readonly devIssuer: DevIssuer | null;
  readonly invitations: InvitationSender;
  /** Messages of a development service; `null` wherever people really sign in. */
  readonly mailbox: Mailbox | null;
  /** The bytes of attachments; `null` where they can be kept nowhere. */
  readonly objects: Objects | null;
  /** Ways to reach people outside. */
  readonly messengers: Messengers;
  /** What the domain sends to them. */
  readonly sendables: readonly Sendable[];
  readonly links: Links;
  readonly log: LogSettings;
  readonly now: () => Date;
  /** From 0 to below 1; spreads what would otherwise happen at once. Never for secrets. */
  readonly random: () => number;
  /** A fresh UUID v7. */
  readonly newId: () => string;
}
