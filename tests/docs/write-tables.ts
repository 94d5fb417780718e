import { ERROR_TABLE, OPTION_TABLE, writeTable } from './generated-tables.ts';
import { SDK_ENTRIES } from './sdk-reference.ts';

// `node tests/docs/write-tables.ts`, after a change of the error or the option table, or of what the SDK exports.
for (const table of [ERROR_TABLE, OPTION_TABLE, ...SDK_ENTRIES]) await writeTable(table);
