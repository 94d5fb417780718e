import { writeFile } from 'node:fs/promises';
import { readCatches } from './catches.ts';
import { PAGE, renderPage } from './page.ts';

// `node tests/planted-bugs/write-page.ts`, after a change of the catalogue or of what was caught.
await writeFile(PAGE, renderPage(await readCatches()));
