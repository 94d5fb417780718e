import { beforeAll, expect, test, vi } from 'vitest';
import { bundle } from './measure-bundle.ts';
import { publishedPackages } from './published-packages.ts';
import { builtAliases, BUDGET, measureSizes, type SizeReport } from './size-report.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const packages = await publishedPackages();
const alias = builtAliases(packages);
let report: SizeReport;
beforeAll(async () => {
  report = await measureSizes(packages);
});

test('SDK, Dexie and a domain stay within the budget', () => {
  expect(report.total.gzipped).toBeLessThanOrEqual(BUDGET);
});

test('no validator comes into a client, and neither do rights nor the meanings of errors', () => {
  const files = [...report.total.modules.keys()];
  expect(
    files.filter((file) =>
      /typebox|schemas\.js|\/protocol\/(?!protocol-version\.js)|roles\.js|error-policy\.js/.test(file),
    ),
  ).toEqual([]);
  expect(files.some((file) => file.endsWith('sdk/dist/open-backhaul.js'))).toBe(true);
});

test('what needs a network anyway, looking into the sync and mending a store are loaded on demand', () => {
  const files = [...report.total.modules.keys()];
  expect(
    files.filter((file) =>
      /stream-machine|eventsource|hand-over-pass|inspect\/inspect\.js|store\/(quarantine|tend-ward)/.test(file),
    ),
  ).toEqual([]);
  expect(files.some((file) => file.endsWith('stream/start-stream.js'))).toBe(true);
});

test.each([
  ["import { BackhaulError } from '@backhaul/sdk'", 'BackhaulError', ['sdk/dist/errors.js']],
  ["import { parseCursor } from '@backhaul/shared'", 'parseCursor', ['shared/dist/cursor.js']],
  [
    "import { isLater } from '@backhaul/shared'; import { fieldService } from '@backhaul/shared'",
    'isLater',
    ['shared/dist/instant.js'],
  ],
])('one name brings nothing else along: %s', async (imports, used, expected) => {
  const { modules } = await bundle({ code: `${imports}; globalThis.app = [${used}];`, alias });
  const ours = [...modules.keys()].filter((file) => !file.endsWith('bundled-app.js'));
  expect(ours.map((file) => file.split('/').slice(-3).join('/'))).toEqual(expected);
});
