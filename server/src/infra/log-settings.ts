import type { LogLevel } from '../config/options.ts';

/** Where log lines go: JSON from a level on, or short lines for people. */
export type LogSettings =
  | { readonly kind: 'json'; readonly level: LogLevel; readonly write: (line: string) => void }
  | { readonly kind: 'human'; readonly write: (line: string) => void };

/** Options of the service's logger. Serializers never see requests or errors: lines are made of chosen fields only. */
export function loggerOptions(log: LogSettings): {
  level: LogLevel;
  base: null;
  timestamp: () => string;
  stream: { write(line: string): void };
} {
  return {
    level: log.kind === 'json' ? log.level : 'warn',
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    stream: { write: log.kind === 'json' ? log.write : (line) => log.write(humanLine(line)) },
  };
}

const LEVELS: { readonly [level: number]: string } = { 40: 'warning', 50: 'error', 60: 'error' };

/** `warning: unavailable GET /v1/tenants {"name":"Error","code":"ECONNREFUSED",...}` */
function humanLine(json: string): string {
  const { level, msg, ...facts } = JSON.parse(json) as { level: number; msg?: string; [fact: string]: unknown };
  const { method, route, status, code, task, cause } = facts;
  const known = [method, route, status, code, task].filter(
    (fact) => typeof fact === 'string' || typeof fact === 'number',
  );
  const why = cause === undefined ? [] : [JSON.stringify(cause)];
  return `${LEVELS[level] ?? 'note'}: ${[msg ?? '', ...known, ...why].join(' ')}\n`;
}
