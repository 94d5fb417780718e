import { expect, test } from 'vitest';
import { loggerOptions } from './log-settings.ts';

test('for people, only trouble is shown, one short line each', () => {
  const lines: string[] = [];
  const { level, stream } = loggerOptions({ kind: 'human', write: (line) => lines.push(line) });
  expect(level).toBe('warn');
  stream.write(
    '{"level":40,"reqId":"r1","method":"GET","route":"/ready","msg":"unavailable","cause":{"name":"Error"}}\n',
  );
  stream.write('{"level":50,"method":"POST","route":"/v1/tenants","status":500,"code":"INTERNAL","msg":"request"}\n');
  expect(lines).toEqual([
    'warning: unavailable GET /ready {"name":"Error"}\n',
    'error: request POST /v1/tenants 500 INTERNAL\n',
  ]);
});

test('for machines, lines go out as they are, from the chosen level on', () => {
  const lines: string[] = [];
  const { level, stream } = loggerOptions({ kind: 'json', level: 'debug', write: (line) => lines.push(line) });
  stream.write('{"level":20}\n');
  expect({ level, lines }).toEqual({ level: 'debug', lines: ['{"level":20}\n'] });
});
