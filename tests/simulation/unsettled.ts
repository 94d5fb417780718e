/**
 * Seeds whose finding nobody has explained yet: each is a bug of the engine or of the oracle. CI leaves them out, so that what
 * it does run must be clean; an entry goes when its cause is fixed, and its seed moves to the regressions.
 */
export const UNSETTLED: readonly { readonly seed: number; readonly date: string; readonly found: string }[] = [
  { seed: 59, date: '2026-11-24', found: 'access: a write failed without a fault, task has no field weather' },
  { seed: 82, date: '2026-11-24', found: 'mixed, I11: a finance entry is audited and gone' },
  { seed: 106, date: '2026-11-24', found: 'mixed, I4: a first pull lacks a finance entry' },
];
