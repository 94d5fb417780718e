import { FAULT_KINDS, type FaultKind } from './fault.ts';

export type FaultCounts = { readonly [K in FaultKind]?: number };

export class FaultCounter {
  readonly #counts = new Map<FaultKind, number>();

  happened(kind: FaultKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** In the order of the list of kinds. */
  get counts(): FaultCounts {
    return Object.fromEntries(
      FAULT_KINDS.filter((kind) => this.#counts.has(kind)).map((kind) => [kind, this.#counts.get(kind)]),
    );
  }
}
