import { buildPackages } from './build-packages.ts';
import { formatSizes } from './format-sizes.ts';
import { BUDGET, measureSizes } from './size-report.ts';

const report = await measureSizes(await buildPackages());
process.stdout.write(formatSizes(report));
if (report.total.gzipped > BUDGET) process.exitCode = 1;
