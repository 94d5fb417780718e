import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bugOf } from './catalogue.ts';
import { patchSource } from './patch-source.ts';

// `node --import ./tests/planted-bugs/plant.ts ...` with PLANTED_BUG: that process, and no other, runs the patched source.

const bug = bugOf(process.env['PLANTED_BUG'] ?? '');
const path = join(import.meta.dirname, '../..', bug.file);
const target = pathToFileURL(path).href;
let isPlanted = false;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== target) return loaded;
    isPlanted = true;
    return { ...loaded, source: patchSource(bug, readFileSync(path, 'utf8')) };
  },
});

process.once('exit', () => {
  if (!isPlanted) throw new Error(`Planted bug ${bug.id}: ${bug.file} was never loaded`);
});
