/** A seed that has found something once. */
export interface Regression {
  readonly seed: number;
  readonly profile: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly found: string;
}

/**
 * Run in CI. The plan of a seed changes with the code that draws it, so a seed that once found something may find nothing when
 * that returns; the test that its fix brought along does.
 */
export const REGRESSIONS: readonly Regression[] = [];
