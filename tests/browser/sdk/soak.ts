import { parseArgs } from 'node:util';
import { createBusiness } from './business.ts';
import { addTasks, measureInitialSync } from './initial-sync.ts';
import { killChromium } from './kill-chromium.ts';
import { killLeaders } from './kill-leaders.ts';
import { startSdkBrowser } from './sdk-browser.ts';
import { weekOffline } from './week-offline.ts';

/** What must hold in a real browser, in full counts. Prints the figures; the exit code is not 0 where something did not hold. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    edits: { type: 'string', default: '10000' },
    rows: { type: 'string', default: '10000' },
  },
});
const kills = Number(values.kills);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const rounded = (milliseconds: number): number => Math.round(milliseconds);
let failures = 0;
function judge(holds: boolean, line: string): void {
  if (!holds) failures += 1;
  print(`${holds ? 'holds ' : 'BROKEN'} ${line}`);
}

const sdkBrowser = await startSdkBrowser();
try {
  const { url } = sdkBrowser.service;
  const newBusiness = async () => ({ url, ...(await createBusiness(url)) });

  const leaders = await killLeaders(await sdkBrowser.newDevice(), await newBusiness(), { tabs: 5, kills });
  const takeovers = leaders.takeovers.map(rounded).toSorted((first, second) => first - second);
  judge(
    leaders.lost.length + leaders.twice.length + leaders.unknown.length === 0,
    `5 tabs, leader killed ${kills} times: ${leaders.typed} records, ${leaders.lost.length} lost, ${leaders.twice.length} twice`,
  );
  judge(Math.max(...takeovers) < 2_000, `takeovers in ms: ${takeovers.join(' ')}`);

  const killed = await killChromium(await newBusiness(), { kills });
  judge(
    killed.lost.length + killed.twice.length + killed.unknown.length === 0,
    `Chromium killed ${kills} times in a push: ${killed.typed} records, ${killed.lost.length} lost, ${killed.twice.length} twice`,
  );

  const week = await weekOffline(await sdkBrowser.newDevice(), await newBusiness(), Number(values.edits));
  const largest = Math.max(...week.pushes.map(({ changes }) => changes));
  const heaviest = Math.max(...week.pushes.map(({ bytes }) => bytes));
  judge(week.records === week.queued && week.noted === week.queued, `${week.queued} edits offline, all arrived`);
  judge(week.made.join() === week.sent.join(), 'in the order in which they were made');
  judge(
    largest <= 500 && heaviest <= 1024 * 1024,
    `in ${week.pushes.length} pushes of at most ${largest} changes and ${heaviest} bytes, ${rounded(week.took)} ms`,
  );
  judge(
    Math.max(week.longestTyping, week.longestSending) <= 200,
    `longest task of the main thread: ${rounded(week.longestTyping)} ms typing, ${rounded(week.longestSending)} ms sending`,
  );

  const business = await newBusiness();
  await addTasks(business, Number(values.rows));
  const first = await measureInitialSync(sdkBrowser.browser, business, 5);
  const ratio = (took: number): string => (took / first.bare).toFixed(2);
  judge(
    first.fromMemory / first.bare <= 1.25,
    `first pull of ${first.rows} rows: ${rounded(first.fromMemory)} ms, ${ratio(first.fromMemory)} of bare Dexie (${rounded(first.bare)} ms)`,
  );
  print(`       with the service beside it: ${rounded(first.overTheWire)} ms, ${ratio(first.overTheWire)}`);
} finally {
  await sdkBrowser.stop();
}
process.exitCode = failures > 0 ? 1 : 0;
