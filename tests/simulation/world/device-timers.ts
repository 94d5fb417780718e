import type { Life } from './life.ts';

/** The timers of one tab, which go off as its time passes; nothing waits for real. */
export class DeviceTimers {
  readonly #life: Life;
  #now = 0;
  #waiting: { readonly due: number; readonly call: () => void }[] = [];

  constructor(life: Life) {
    this.#life = life;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { due: this.#now + milliseconds, call };
    this.#waiting.push(timer);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== timer);
    };
  }

  elapse(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const [next] = this.#waiting.filter(({ due }) => due <= until).sort((a, b) => a.due - b.due);
      if (!next || !this.#life.isAlive) break;
      this.#now = Math.max(this.#now, next.due);
      this.#waiting = this.#waiting.filter((other) => other !== next);
      next.call();
    }
    this.#now = until;
  }
}
