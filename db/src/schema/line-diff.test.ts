import { describe, expect, it } from 'vitest';
import { lineDiff } from './line-diff.ts';

describe('lineDiff', () => {
  it('is empty for equal texts', () => {
    expect(lineDiff('a\nb', 'a\nb')).toEqual([]);
  });

  it('shows changes with two lines around them and leaves the rest out', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].join('\n');
    const after = ['1', '2', '3', 'four', '5', '6', '7', '8', '9', '10'].join('\n');
    expect(lineDiff(before, after)).toEqual(['  2', '  3', '- 4', '+ four', '  5', '  6', '...', '  8', '  9', '+ 10']);
  });

  it('tells what was added and what was removed', () => {
    expect(lineDiff('a\nb\nc', 'a\nc')).toEqual(['  a', '- b', '  c']);
    expect(lineDiff('a\nc', 'a\nb\nc')).toEqual(['  a', '+ b', '  c']);
  });
});
