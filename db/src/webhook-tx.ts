import type { Transaction } from 'kysely';
import type { Database } from './create-database.ts';
import type { Tables } from './tables.ts';
import { openDoor } from './transaction-door.ts';

declare const door: unique symbol;

/** What providers report, before it is known which tenant it concerns, if any. Only `withWebhooks` makes one. */
export interface WebhookTx {
  readonly [door]: 'webhooks';
  readonly db: Transaction<Tables>;
}

/** Commits when `work` returns and rolls back when it throws. */
export function withWebhooks<T>(database: Database, work: (tx: WebhookTx) => Promise<T>): Promise<T> {
  return openDoor(database, { settings: { 'app.webhooks': 'on' }, readOnly: false }, (db) => work({ db } as WebhookTx));
}
