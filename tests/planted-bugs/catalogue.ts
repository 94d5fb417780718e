import { CLOCK_BUGS } from './bugs/clock.ts';
import { MERGE_BUGS } from './bugs/merge.ts';
import { PULL_BUGS } from './bugs/pull.ts';
import { PUSH_BUGS } from './bugs/push.ts';
import { SCOPE_BUGS } from './bugs/scope.ts';
import { SDK_OUTBOX_BUGS } from './bugs/sdk-outbox.ts';
import { SDK_STORE_BUGS } from './bugs/sdk-store.ts';
import type { BugGroup, PlantedBug } from './planted-bug.ts';

export const BUG_GROUPS: readonly BugGroup[] = [
  CLOCK_BUGS,
  PUSH_BUGS,
  MERGE_BUGS,
  SCOPE_BUGS,
  PULL_BUGS,
  SDK_OUTBOX_BUGS,
  SDK_STORE_BUGS,
];

export const BUGS: readonly PlantedBug[] = BUG_GROUPS.flatMap(({ bugs }) => bugs);

export function bugOf(id: string): PlantedBug {
  const bug = BUGS.find((known) => known.id === id);
  if (!bug) throw new Error(`There is no planted bug ${id}`);
  return bug;
}
