import { parseArguments } from './arguments.ts';
import { type Job, runCampaign } from './campaign.ts';
import { describeReport, describeTotals } from './print-report.ts';
import { addReport, NO_TOTALS } from './totals.ts';

/** Runs the scenarios of some seeds. Exit code 1: something was violated; the plan of each such seed is printed. */
const { seeds, profile, postgres, trace, workers, json } = parseArguments(process.argv.slice(2));
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const jobs: Job[] = seeds.map((seed) => ({ seed, profile }));
let totals = NO_TOTALS;
await runCampaign({
  next: () => jobs.shift() ?? null,
  workers,
  postgres,
  trace: trace ? print : undefined,
  onReport(report) {
    totals = addReport(totals, report);
    if (!json) print(describeReport(report));
  },
});
print(json ? JSON.stringify(totals) : describeTotals(totals));
process.exitCode = totals.violations.length > 0 ? 1 : 0;
