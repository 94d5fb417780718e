/** Deeper than any value that a person typed, and shallow enough for every recursion. */
const MAX_DEPTH = 64;

/** A JSON value cut off where its nesting gets absurd, with a word in place of what is gone. */
export function withinDepth(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return '(too deep)';
  if (Array.isArray(value)) return value.map((item) => withinDepth(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withinDepth(item, depth + 1)]));
}
