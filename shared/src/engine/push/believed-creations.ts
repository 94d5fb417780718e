import type { DecidableChange } from './change.ts';
import type { Folded } from './fold.ts';
import { recordKey } from './push-state.ts';

// A reference may point at a record that a later change of the request creates: it is believed first, and the request is
// decided again where that creation fails, believing only those that succeeded. As many rounds as references are deep.

/** Records that the request may create. */
export function believedCreations(changes: readonly DecidableChange[]): ReadonlySet<string> {
  return new Set(changes.filter(({ op }) => op === 'upsert').map(keyOf));
}

/** What to believe when deciding again; `null`: all that was relied on has been created. */
export function creationsToBelieve(
  believed: ReadonlySet<string>,
  { outcomes, reliedOn }: Pick<Folded, 'outcomes' | 'reliedOn'>,
): ReadonlySet<string> | null {
  const made = new Set(outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? [keyOf(outcome.change)] : [])));
  if ([...reliedOn].every((key) => made.has(key))) return null;
  return new Set([...believed].filter((key) => made.has(key)));
}

function keyOf({ entity, entityId }: DecidableChange): string {
  return recordKey(entity ?? '', entityId ?? '');
}
