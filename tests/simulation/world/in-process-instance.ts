import { createDatabase, type Database } from '@backhaul/db';
import { createTestApp, type TestApp } from '@backhaul/server/testing';
import type { Domain } from '@backhaul/shared';
import type { AddressInfo } from 'node:net';
import type { PoolClient } from 'pg';
import type { ServerFault } from '../faults/fault.ts';
import type { Answer, Instance, Request } from './instance.ts';
import { Life } from './life.ts';

export interface InProcessParts {
  readonly appUrl: string;
  /** Of the version that is deployed when the instance starts. */
  readonly domain: () => Domain;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly happened: (fault: ServerFault) => void;
  readonly terminateConnections: () => Promise<void>;
  readonly crashDatabase: () => Promise<void>;
}

interface Running {
  readonly life: Life;
  readonly app: TestApp;
  readonly database: Database;
  readonly port: number;
}

/**
 * One instance of the service that can be killed at any statement of its own: all its connections end at once, whatever it was
 * doing never goes on, and a new process starts that remembers nothing.
 */
export class InProcessInstance implements Instance {
  readonly #parts: InProcessParts;
  #running: Promise<Running>;
  #armed: { readonly fault: ServerFault; left: number } | null = null;
  /** Of the process that runs now. */
  #kill: () => void = () => undefined;

  constructor(parts: InProcessParts) {
    this.#parts = parts;
    this.#running = this.#start();
  }

  arm(fault: ServerFault | null): void {
    this.#armed = fault && { fault, left: fault.statement };
  }

  async port(): Promise<number> {
    return (await this.#running).port;
  }

  async ask(request: Request): Promise<Answer | null> {
    const { life, app } = await this.#running;
    return life.gateOrEnd(app.app.inject(request));
  }

  async signIn(person: { readonly email: string; readonly name: string }): Promise<{ token: string; userId: string }> {
    const { app } = await this.#running;
    // Tokens live in real time, as their verifier does.
    return app.devIssuer.issue(person, new Date());
  }

  restart(): void {
    this.#kill();
  }

  async leaked(): Promise<number> {
    const { pool } = (await this.#running).database;
    return pool.totalCount - pool.idleCount;
  }

  async stop(): Promise<void> {
    const { app, database } = await this.#running;
    app.app.server.closeAllConnections();
    await app.close();
    await database.close();
  }

  async #start(): Promise<Running> {
    const life = new Life();
    const database = createDatabase({ connectionString: this.#parts.appUrl, max: 10 });
    const clients = new Set<PoolClient>();
    const running: { current: Running | null } = { current: null };
    const kill = (): void => {
      if (!life.isAlive) return;
      life.end();
      for (const client of clients) destroySocket(client);
      const dead = running.current;
      this.#running = this.#start();
      if (dead) bury(dead);
    };
    this.#kill = kill;
    database.pool.on('connect', (client) => {
      if (!life.isAlive) destroySocket(client);
      clients.add(client);
      client.on('error', () => undefined);
      client.on('end', () => clients.delete(client));
      const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
      const watched = async (...args: unknown[]): Promise<unknown> => {
        if (!life.isAlive) return life.gate(Promise.resolve());
        const fault = this.#strike();
        if (fault?.when === 'before') await this.#suffer(fault, kill);
        if (!life.isAlive) return life.gate(Promise.resolve());
        const result = life.gate(query(...args));
        if (fault?.when !== 'after') return result;
        const answer = await result;
        await this.#suffer(fault, kill);
        return life.gate(Promise.resolve(answer));
      };
      Object.assign(client, { query: watched });
    });
    const connect = database.pool.connect.bind(database.pool) as () => Promise<PoolClient>;
    Object.assign(database.pool, { connect: () => (life.isAlive ? life.gate(connect()) : life.gate(life.ended)) });
    const { now, newId, domain } = this.#parts;
    const app = await createTestApp({ database, now, newId, domain: domain() });
    await app.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.app.server.address() as AddressInfo;
    running.current = { life, app, database, port };
    return running.current;
  }

  #strike(): ServerFault | null {
    if (this.#armed === null) return null;
    if (this.#armed.left > 0) {
      this.#armed.left -= 1;
      return null;
    }
    const { fault } = this.#armed;
    this.#armed = null;
    return fault;
  }

  async #suffer(fault: ServerFault, kill: () => void): Promise<void> {
    this.#parts.happened(fault);
    switch (fault.kind) {
      case 'serverKilled':
        return kill();
      case 'connectionsTerminated':
        return this.#parts.terminateConnections();
      case 'postgresSigkill':
        return this.#parts.crashDatabase();
      case 'serviceSigkill':
        throw new Error('This instance is no process of its own');
    }
  }
}

function destroySocket(client: PoolClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** What is left of a killed process must not keep this one alive. */
function bury({ app }: Running): void {
  app.app.server.closeAllConnections();
  app.app.close().catch(() => undefined);
}
