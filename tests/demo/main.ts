import { parseArgs } from 'node:util';
import { renderDevices, renderEnd, renderRound, renderStart } from './render.ts';
import type { DemoReport, RoundFacts } from './report.ts';
import { runDemo } from './run-demo.ts';
import { startDemoService } from './start-demo-service.ts';

// `pnpm demo`: the whole service and three devices in this one process. `--json` prints the report as data instead.
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

const service = await startDemoService();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void service.stop().finally(() => process.exit(130)));
}

try {
  const report = await runDemo(service, values.json ? {} : { started, synced, roundDone });
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else tell(renderEnd(report));
  if (!report.equal) process.exitCode = 1;
} finally {
  await service.stop();
}

function started(business: DemoReport['business']): void {
  tell(renderStart(business));
}

function synced(devices: DemoReport['devices']): void {
  tell(renderDevices(devices));
}

function roundDone(round: RoundFacts, number: number): void {
  tell(renderRound(round, number));
}

function tell(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
