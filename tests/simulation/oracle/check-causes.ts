import type { Json } from '@backhaul/shared';
import type { Evidence } from './evidence.ts';
import type { Effect } from './history.ts';
import { type Author, fieldKey, valueKey } from './journal.ts';

/**
 * I3, I8, I11: whatever happened to a record, somebody did. Every value in the audit log was typed by the author that it names,
 * no more often than they typed it; every deletion and every return of a record is somebody's.
 */
export function checkCauses(evidence: Evidence): void {
  const { world, history } = evidence;
  const effectsOf = new Map<string, number>();
  for (const effect of history.effects) {
    const author = authorOf(evidence, effect);
    const { entity, entityId: id, action, createdAt, changes } = effect;
    const what = `${action} of ${entity}/${id} at ${createdAt} by ${String(author)}`;
    if (author === null) {
      world.violation('I11', `${what}: nobody of that device id is known (${effect.device})`);
      continue;
    }
    for (const [field, { to }] of Object.entries(changes) as [string, { to: Json }][]) {
      const key = fieldKey(entity, id, field);
      if (field === 'deletedAt') {
        checkDeletion(evidence, { effect, author, what, to });
        continue;
      }
      const typings = world.journal
        .whoTyped(key, to)
        .filter((typing) => action === 'resolve' || typing.author === author);
      if (typings.length === 0) {
        const sent = world.journal.pushed.get(effect.changeId ?? '');
        world.violation('I11', `${what}: nobody typed ${field}=${valueKey(to)}; sent was ${String(sent)}`);
      }
      if (typings.some(({ refusal }) => refusal !== null))
        world.violation('I7', `${what}: ${field}=${valueKey(to)} should have been refused`);
      if (action === 'resolve' || to === null || !typings.every(({ unique }) => unique)) continue;
      const count = (effectsOf.get(`${author}:${key}=${valueKey(to)}`) ?? 0) + 1;
      effectsOf.set(`${author}:${key}=${valueKey(to)}`, count);
      if (count > typings.length) world.violation('I3', `${what}: ${field}=${valueKey(to)} took effect ${count} times`);
    }
  }
}

interface DeletionCheck {
  readonly effect: Effect;
  readonly author: Author;
  readonly what: string;
  readonly to: Json;
}

function checkDeletion({ world }: Evidence, { effect, author, what, to }: DeletionCheck): void {
  const { entity, entityId: id, action } = effect;
  if (action === 'resolve') return;
  if (to !== null) {
    const deletions = world.journal.deletionsOf(entity, id).filter((deletion) => deletion.author === author);
    if (deletions.length === 0) world.violation('I11', `${what}: they deleted nothing`);
    return;
  }
  const fields = world.domain.entities[entity]?.fieldNames ?? [];
  const typed = fields.some((field) =>
    world.journal.typingsOf(fieldKey(entity, id, field)).some((typing) => typing.author === author),
  );
  if (!typed) world.violation('I8', `${what}: the record came back and they edited nothing in it`);
}

export function authorOf({ authors }: Evidence, { changeId, device }: Effect): Author | null {
  if (changeId === null) return 'office';
  return authors.get(device ?? '') ?? null;
}
