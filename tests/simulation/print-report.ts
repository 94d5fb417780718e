import type { ScenarioReport } from './report.ts';
import type { Totals } from './totals.ts';

/** One line when all is well; else everything that is needed to see it again. */
export function describeReport({
  seed,
  violations,
  writes,
  faults,
  kills,
  plan,
  milliseconds,
}: ScenarioReport): string {
  const happened = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const line = `seed ${seed} (${plan.profile}): ${violations.length} violations, ${writes} writes, ${happened} faults, ${kills} kills, ${milliseconds} ms`;
  if (violations.length === 0) return line;
  return [
    line,
    ...violations.map(({ invariant, what }) => `  ${invariant}: ${what}`),
    '  The plan:',
    ...plan.people.map((person, index) => `    person ${index} ${JSON.stringify(person)}`),
    ...plan.devices.map((device, index) => `    device ${index} ${JSON.stringify(device)}`),
    ...plan.steps.map((step, index) => `    ${index} ${JSON.stringify(step)}`),
    `  Again: node tests/simulation/main.ts --seeds ${seed} --profile ${plan.profile} --trace`,
  ].join('\n');
}

export function describeTotals({
  scenarios,
  writes,
  faults,
  faultsByKind,
  kills,
  acknowledged,
  violations,
}: Totals): string {
  const kinds = Object.entries(faultsByKind).map(([kind, count]) => `${kind} ${count}`);
  return [
    `${scenarios} scenarios, ${writes} writes, ${acknowledged} changes acknowledged, ${faults} faults, ${kills} kills, ${violations.length} violations`,
    `  ${kinds.join(', ')}`,
  ].join('\n');
}
