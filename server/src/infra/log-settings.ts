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

/** `warning: GET /v1/tenants 503 UNAVAILABLE (0190...)` */
function humanLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown> & { level: number; msg?: string };
  const request = line.route === undefined ? '' : ` ${line.method} ${line.route} ${line.status} ${line.code ?? ''}`;
  const cause = line.cause === undefined ? '' : ` ${JSON.stringify(line.cause)}`;
  return `${LEVELS[line.level] ?? 'note'}: ${line.msg ?? ''}${request}${cause}\n`;
}
