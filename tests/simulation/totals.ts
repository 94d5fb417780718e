import { FAULT_KINDS, type FaultKind } from './faults/fault.ts';
import type { ScenarioReport, Violation } from './report.ts';

/** Many scenarios in numbers. */
export interface Totals {
  readonly scenarios: number;
  readonly writes: number;
  readonly faults: number;
  readonly faultsByKind: { readonly [K in FaultKind]?: number };
  readonly kills: number;
  readonly acknowledged: number;
  readonly violations: readonly (Violation & { readonly seed: number; readonly profile: string })[];
}

export const NO_TOTALS: Totals = {
  scenarios: 0,
  writes: 0,
  faults: 0,
  faultsByKind: {},
  kills: 0,
  acknowledged: 0,
  violations: [],
};

export function addReport(
  totals: Totals,
  { seed, plan, writes, faults, kills, acknowledged, violations }: ScenarioReport,
): Totals {
  const happened = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const kinds = FAULT_KINDS.map((kind) => [kind, (totals.faultsByKind[kind] ?? 0) + (faults[kind] ?? 0)] as const);
  return {
    scenarios: totals.scenarios + 1,
    writes: totals.writes + writes,
    faults: totals.faults + happened,
    faultsByKind: Object.fromEntries(kinds.filter(([, count]) => count > 0)),
    kills: totals.kills + kills,
    acknowledged: totals.acknowledged + acknowledged,
    violations: [
      ...totals.violations,
      ...violations.map((violation) => ({ ...violation, seed, profile: plan.profile })),
    ],
  };
}
