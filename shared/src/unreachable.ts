/** Ends a `switch` over a closed union: a missing case fails to compile, and a value from outside fails loudly. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable case: ${JSON.stringify(value)}`);
}
