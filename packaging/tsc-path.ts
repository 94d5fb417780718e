import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The workspace's compiler. TypeScript 7 is a command, not a library. */
export function tscPath(): string {
  return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
}
