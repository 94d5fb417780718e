const CONTEXT = 2;

/**
 * The lines that two texts don't share, as `-` (only in `before`) and `+` (only in `after`), with a little of what is around
 * them and `...` between. Quadratic in the number of lines: for texts of a few thousand.
 */
export function lineDiff(before: string, after: string): string[] {
  const edits = align(before.split('\n'), after.split('\n'));
  const near = (index: number) =>
    edits.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some((line) => !line.startsWith(' '));
  const lines: string[] = [];
  edits.forEach((line, index) => {
    if (near(index)) lines.push(line);
    else if (lines.length > 0 && lines.at(-1) !== '...') lines.push('...');
  });
  return lines.at(-1) === '...' ? lines.slice(0, -1) : lines;
}

/** Every line of both texts, along a longest common subsequence. */
function align(before: readonly string[], after: readonly string[]): string[] {
  // common[i][j]: length of the longest common subsequence of before[i..] and after[j..].
  const common = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = common[i] as Uint32Array;
      row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const edits: string[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      edits.push(`  ${before[i]}`);
      i += 1;
      j += 1;
    } else if (j === after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      edits.push(`- ${before[i]}`);
      i += 1;
    } else {
      edits.push(`+ ${after[j]}`);
      j += 1;
    }
  }
  return edits;
}
