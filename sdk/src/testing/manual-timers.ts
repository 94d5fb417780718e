import type { Timers } from '../options.ts';

/** Timers that go off when a test says so. */
export class ManualTimers implements Timers {
  readonly waiting: { readonly delay: number; readonly call: () => void }[] = [];

  after(delay: number, call: () => void): () => void {
    const timer = { delay, call };
    this.waiting.push(timer);
    return () => this.#remove(timer);
  }

  /** The delays of what is waiting, in the order set. */
  get delays(): number[] {
    return this.waiting.map(({ delay }) => delay);
  }

  /** Lets the oldest timer of this delay go off. */
  fire(delay: number): void {
    const timer = this.waiting.find((waiting) => waiting.delay === delay);
    if (!timer) throw new Error(`No timer of ${delay} ms; waiting: ${this.delays.join(', ')}`);
    this.#remove(timer);
    timer.call();
  }

  #remove(timer: { readonly call: () => void }): void {
    const index = this.waiting.findIndex((waiting) => waiting === timer);
    if (index >= 0) this.waiting.splice(index, 1);
  }
}
