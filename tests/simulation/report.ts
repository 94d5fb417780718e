import type { FaultCounts } from './faults/fault-counter.ts';
import type { Plan } from './plan/plan.ts';

/** `invariant`: its number in docs/spec/invariants.md, or `harness` for what should never happen at all. */
export interface Violation {
  readonly invariant: string;
  readonly what: string;
}

export interface ScenarioReport {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Edits of people and of the office. */
  readonly writes: number;
  readonly faults: FaultCounts;
  /** Of devices, services and databases. */
  readonly kills: number;
  /** Changes of devices that the service has answered for good. */
  readonly acknowledged: number;
  readonly plan: Plan;
  readonly milliseconds: number;
}
