import type { PlantedBug } from './planted-bug.ts';

/** Throws where the source is not what the bug was written for, so that a refactoring can not disarm it unnoticed. */
export function patchSource({ id, file, edits }: PlantedBug, source: string): string {
  return edits.reduce((text, { find, replace }) => {
    const found = text.split(find).length - 1;
    if (found !== 1) throw new Error(`Planted bug ${id}: found ${found} times in ${file}, not once: ${find}`);
    return text.replace(find, () => replace);
  }, source);
}
