/** Nothing has moved for so long: the line is dead. Milliseconds. */
export const STALLED = 60_000;

/** Bytes in a millisecond, which is 8 KB a second: a line that is slower is taken for a dead one. */
const SLOWEST = 8;

/** How long so many bytes may take where nobody tells how many have moved. Milliseconds. */
export function lineTime(bytes: number): number {
  return STALLED + Math.ceil(bytes / SLOWEST);
}
