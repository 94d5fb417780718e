export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Structural equality of JSON values; the order of object keys does not count. */
export function jsonEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = b as { readonly [key: string]: Json };
  return left.length === Object.keys(right).length && left.every(([key, value]) => jsonEqual(value, right[key]));
}
