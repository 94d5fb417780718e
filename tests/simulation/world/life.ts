/**
 * Whether a process of the simulation (a tab of a device, an instance of the service) still runs. When it is killed, nothing
 * that it awaits comes back any more: everything that reaches out of it is gated by its life.
 */
export class Life {
  #alive = true;
  #end: () => void = () => undefined;
  /** Resolves when it ends. */
  readonly ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  get isAlive(): boolean {
    return this.#alive;
  }

  end(): void {
    this.#alive = false;
    this.#end();
  }

  /** The outcome of `work` as the process sees it: none, when it has ended before. */
  gate<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      work.then(
        (value) => this.#alive && resolve(value),
        (error: unknown) => this.#alive && reject(error),
      );
    });
  }

  /** The same, but `null` once it has ended. */
  gateOrEnd<T>(work: PromiseLike<T>): Promise<T | null> {
    return Promise.race([this.gate(work), this.ended.then(() => null)]);
  }
}
