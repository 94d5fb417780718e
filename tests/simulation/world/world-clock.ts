import type { Environment } from '../environment/environment.ts';

/** Where every scenario begins, by the server's clock. */
const START = Date.parse('2026-03-02T08:00:00.000Z');

/**
 * The one time of a scenario. It stands still while a step runs. The service reads it as its own clock, and PostgreSQL as
 * `clock_timestamp()`, see `environment/simulated-time.ts`; devices add their skew to it.
 */
export class WorldClock {
  #now: number;
  readonly #isReal: boolean;
  /** How far the server's clock has been set back. */
  #back = 0;
  readonly #environment: Environment;

  /** `isReal`: the service is a process of its own, which has the real clock; only those of the devices are moved. */
  constructor(environment: Environment, isReal: boolean) {
    this.#environment = environment;
    this.#isReal = isReal;
    this.#now = isReal ? 0 : START;
  }

  /** True time, milliseconds since 1970. */
  get now(): number {
    return this.#isReal ? Date.now() + this.#now : this.#now;
  }

  get serverNow(): number {
    return this.#isReal ? Date.now() : this.#now - this.#back;
  }

  async begin(): Promise<void> {
    await this.#tell();
  }

  async advance(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    await this.#tell();
  }

  async setServerBack(milliseconds: number): Promise<void> {
    this.#back = milliseconds;
    await this.#tell();
  }

  async #tell(): Promise<void> {
    await this.#environment.ready();
    const at = this.#isReal ? null : new Date(this.serverNow).toISOString();
    await this.#environment.owner.pool.query('update sim.clock set at = $1', [at]);
  }
}
