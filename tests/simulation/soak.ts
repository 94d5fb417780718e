import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Job, runCampaign } from './campaign.ts';
import { describeReport, describeTotals } from './print-report.ts';
import { addReport, NO_TOTALS } from './totals.ts';

/** Looks for seeds that violate something, for so many minutes. Says every minute how far it is; writes the end to a file. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    workers: { type: 'string', default: '2' },
    profile: { type: 'string', default: 'any' },
    /** Other seeds than CI's. */
    from: { type: 'string', default: '1000' },
    postgres: { type: 'string' },
    out: { type: 'string', default: 'soak.json' },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const began = Date.now();
const ends = began + Number(values.minutes) * 60_000;
let seed = Number(values.from);
let totals = NO_TOTALS;
const minute = setInterval(() => {
  print(`after ${Math.round((Date.now() - began) / 60_000)} min: ${describeTotals(totals)}`);
}, 60_000);
const next = (): Job | null => (Date.now() < ends ? { seed: seed++, profile: values.profile } : null);
try {
  await runCampaign({
    next,
    workers: Number(values.workers),
    postgres: values.postgres ?? null,
    onReport(report) {
      totals = addReport(totals, report);
      if (report.violations.length > 0) print(describeReport(report));
    },
  });
} finally {
  clearInterval(minute);
}
const minutes = (Date.now() - began) / 60_000;
await writeFile(values.out, `${JSON.stringify({ minutes, firstSeed: Number(values.from), ...totals }, null, 2)}\n`);
print(`${minutes.toFixed(1)} min: ${describeTotals(totals)}`);
process.exitCode = totals.violations.length > 0 ? 1 : 0;
