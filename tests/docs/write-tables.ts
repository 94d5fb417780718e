import { ERROR_TABLE, OPTION_TABLE, writeTable } from './generated-tables.ts';

// `node tests/docs/write-tables.ts`, after a change of the error or the option table.
for (const table of [ERROR_TABLE, OPTION_TABLE]) await writeTable(table);
