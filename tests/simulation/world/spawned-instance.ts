import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SpawnedService, spawnService } from '@backhaul/server/testing';
import type { ServerFault } from '../faults/fault.ts';
import type { Answer, Instance, Request } from './instance.ts';

export interface SpawnedParts {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly happened: (fault: ServerFault) => void;
}

/** The service as people start it, in a process of its own that is killed with SIGKILL. Lives in real time. */
export class SpawnedInstance implements Instance {
  readonly #parts: SpawnedParts;
  readonly #folder = mkdtemp(join(tmpdir(), 'backhaul-sim-service-'));
  #service: Promise<SpawnedService>;
  #armed: { readonly fault: ServerFault; left: number } | null = null;

  constructor(parts: SpawnedParts) {
    this.#parts = parts;
    this.#service = this.#start();
  }

  arm(fault: ServerFault | null): void {
    this.#armed = fault && { fault, left: fault.statement % REQUESTS };
  }

  async port(): Promise<number> {
    const address = await (await this.#service).ready();
    this.#strike();
    return Number(new URL(address).port);
  }

  async ask({ method, url, headers, body }: Request): Promise<Answer | null> {
    const address = await (await this.#service).ready();
    try {
      const json = body === undefined ? {} : { body: JSON.stringify(body) };
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const response = await fetch(`${address}${url}`, { method, headers: { ...headers, ...type }, ...json });
      const text = await response.text();
      return { statusCode: response.status, json: <Body>() => JSON.parse(text) as Body };
    } catch {
      return null;
    }
  }

  async signIn(person: { readonly email: string; readonly name: string }): Promise<{ token: string; userId: string }> {
    const answer = await this.ask({ method: 'POST', url: '/dev/sign-in', headers: {}, body: person });
    const { token, user } = answer?.json<{ token: string; user: { id: string } }>() ?? { token: '', user: { id: '' } };
    return { token, userId: user.id };
  }

  restart(): void {
    const dead = this.#service;
    this.#service = dead.then(async (service) => {
      process.kill(-service.pid, 'SIGKILL');
      await service.exit();
      return this.#start();
    });
  }

  leaked(): Promise<number> {
    return Promise.resolve(0);
  }

  async stop(): Promise<void> {
    const service = await this.#service;
    process.kill(-service.pid, 'SIGKILL');
    await service.exit();
    await rm(await this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<SpawnedService> {
    const folder = await this.#folder;
    return spawnService({
      cwd: folder,
      env: {
        PORT: '0',
        DATABASE_URL: this.#parts.ownerUrl,
        DATABASE_APP_URL: this.#parts.appUrl,
        BACKHAUL_DATA: folder,
        BACKHAUL_DEMO: 'false',
        BACKHAUL_WEB: join(folder, 'no-web-app'),
      },
    });
  }

  /** So many requests later, and some milliseconds into what the last of them causes. */
  #strike(): void {
    if (this.#armed === null) return;
    if (this.#armed.left > 0) {
      this.#armed.left -= 1;
      return;
    }
    const { fault } = this.#armed;
    this.#armed = null;
    this.#parts.happened(fault);
    setTimeout(() => this.restart(), fault.statement % MILLISECONDS);
  }
}

const REQUESTS = 3;
const MILLISECONDS = 23;
