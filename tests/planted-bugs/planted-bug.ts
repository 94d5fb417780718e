export const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I11', 'I12'] as const;

/** A number in docs/spec/invariants.md. What a simulation calls `harness` proves nothing about a bug. */
export type Invariant = (typeof INVARIANTS)[number];

/** A mistake that somebody could make in one file of the product, as a patch of its source. */
export interface PlantedBug {
  /** kebab-case; names the file of its catching plans. */
  readonly id: string;
  /** What the product does with it, in plain words. */
  readonly title: string;
  /** Those that it breaks: a violation of any other does not count as catching it. */
  readonly breaks: readonly Invariant[];
  /** From the root of the repository. */
  readonly file: string;
  readonly edits: readonly SourceEdit[];
}

export interface SourceEdit {
  /** Occurs in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** Bugs of one part. */
export interface BugGroup {
  readonly part: string;
  readonly bugs: readonly PlantedBug[];
}
