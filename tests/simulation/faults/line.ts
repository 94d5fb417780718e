import type { RequestFault } from './fault.ts';

/** The connection of one tab, as the proxy sees it: which faults wait for its next requests. */
export class Line {
  #faults: readonly RequestFault[] = [];
  #taken = 0;
  #suffered = 0;
  #sent = 0;
  readonly #giveUp: () => void;

  constructor(giveUp: () => void) {
    this.#giveUp = giveUp;
  }

  arm(faults: readonly RequestFault[]): void {
    this.#faults = faults;
    this.#taken = 0;
    this.#suffered = 0;
    this.#sent = 0;
  }

  /** The number of a request that leaves the tab, from 0 since the line was armed. */
  nextRequest(): number {
    this.#sent += 1;
    return this.#sent - 1;
  }

  /** The fault of the request that has just reached the proxy. */
  take(): RequestFault | null {
    const number = this.#taken;
    this.#taken += 1;
    const fault = this.#faults.find(({ request }) => request === number) ?? null;
    if (fault !== null) this.#suffered += 1;
    return fault;
  }

  /** Faults since it was armed. */
  get suffered(): number {
    return this.#suffered;
  }

  /** So much time passes on the device that it gives its request up. */
  giveUp(): void {
    this.#giveUp();
  }
}
