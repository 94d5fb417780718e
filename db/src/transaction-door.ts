import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresDialect,
  PostgresDriver,
  type Transaction,
  type TransactionSettings,
} from 'kysely';
import { escapeLiteral, type Pool } from 'pg';
import type { Database } from './create-database.ts';
import type { Tables } from './tables.ts';

export interface DoorOptions {
  /** Local settings of the transaction: name to value. Values are quoted here. */
  readonly settings: { readonly [name: string]: string };
  /** One snapshot for all statements, and no writes. */
  readonly readOnly: boolean;
}

/**
 * A transaction that carries its settings from its first message on: `begin` and every `set local` travel together, so a
 * door costs no round trip. `set local` with literals and not `set_config()`, because only the former reaches the workers
 * of a distributed database; and not session settings, because a transaction pooler hands sessions around.
 */
export async function openDoor<T>(
  database: Database,
  options: DoorOptions,
  work: (db: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  const dialect = new DoorDialect(database.pool, beginStatement(options));
  return new Kysely<Tables>({ dialect }).transaction().execute(work);
}

/** A statement or an idle transaction that holds a tenant's clock stops everybody's writes in that tenant. */
const LIMITS = { timezone: 'UTC', statement_timeout: '60s', idle_in_transaction_session_timeout: '10s' };

function beginStatement({ settings, readOnly }: DoorOptions): string {
  const assignments = Object.entries({ ...LIMITS, ...settings });
  return [
    // What decides a read and the rows it reads must be of one moment.
    readOnly ? 'begin isolation level repeatable read read only' : 'begin',
    ...assignments.map(([name, value]) => `set local ${name} = ${quoteLiteral(value)}`),
  ].join('; ');
}

function quoteLiteral(value: string): string {
  // A NUL would end the message early, and no setting of ours has a use for the others.
  if (/\p{Cc}/u.test(value)) throw new Error('A transaction setting holds a control character');
  return escapeLiteral(value);
}

class DoorDialect extends PostgresDialect {
  readonly #pool: Pool;
  readonly #begin: string;

  constructor(pool: Pool, begin: string) {
    super({ pool });
    this.#pool = pool;
    this.#begin = begin;
  }

  override createDriver(): PostgresDriver {
    return new DoorDriver(this.#pool, this.#begin);
  }
}

class DoorDriver extends PostgresDriver {
  readonly #begin: string;

  constructor(pool: Pool, begin: string) {
    super({ pool });
    this.#begin = begin;
  }

  override async beginTransaction(connection: DatabaseConnection, _settings: TransactionSettings): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw(this.#begin));
    } catch (error) {
      // `begin` itself succeeded: the connection must not go back to the pool inside a failed transaction.
      await connection.executeQuery(CompiledQuery.raw('rollback'));
      throw error;
    }
  }
}
