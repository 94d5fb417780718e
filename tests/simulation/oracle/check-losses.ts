import type { Json } from '@backhaul/shared';
import { authorOf } from './check-causes.ts';
import type { Evidence } from './evidence.ts';
import type { Effect } from './history.ts';
import { type Author, fieldKey, valueKey } from './journal.ts';

interface Loss {
  /** Replaced by somebody who had never had it on the screen. */
  unseen: number;
  /** Replaced at all. */
  total: number;
  readonly by: string[];
}

/**
 * I5: whenever a write replaces a value that its author had not seen, the value is in the conflict log, once. And a value that
 * lost without ever being written is, too.
 */
export function checkLosses(evidence: Evidence): void {
  const { world, history } = evidence;
  const losses = replacements(evidence);
  const logged = new Map<string, number>();
  for (const { entity, entityId, client, server, winner } of history.conflicts) {
    const loser = winner === 'client' ? server : client;
    for (const [field, value] of Object.entries(loser.values) as [string, Json][]) {
      if (value === null || field === 'deletedAt') continue;
      const key = `${fieldKey(entity, entityId, field)}=${valueKey(value)}`;
      logged.set(key, (logged.get(key) ?? 0) + 1);
    }
  }
  for (const [key, { unseen, total, by }] of losses) {
    const times = logged.get(key) ?? 0;
    if (times < unseen)
      world.violation(
        'I5',
        `${key} was replaced unseen ${unseen} times (${by.join('; ')}), logged ${times} times${tellRecord(evidence, key)}`,
      );
    else if (isUniqueKey(evidence, key) && times > total + refusedWrites(evidence, key)) {
      world.violation('I5', `${key} was replaced ${total} times, logged ${times} times`);
    }
  }
}

function replacements(evidence: Evidence): Map<string, Loss> {
  const { history } = evidence;
  const current = new Map<string, Json>();
  const losses = new Map<string, Loss>();
  for (const effect of history.effects) {
    const { entity, entityId: id, changes, action } = effect;
    const author = authorOf(evidence, effect);
    const deletes = (changes['deletedAt']?.to ?? null) !== null;
    const fields = deletes ? (evidence.world.domain.entities[entity]?.fieldNames ?? []) : Object.keys(changes);
    for (const field of fields) {
      const key = fieldKey(entity, id, field);
      const replaced = current.get(key) ?? null;
      const to = (changes[field]?.to ?? null) as Json;
      if (changes[field]) current.set(key, to);
      if (replaced === null || field === 'deletedAt') continue;
      if (!deletes && valueKey(replaced) === valueKey(to)) continue;
      const loss = losses.get(`${key}=${valueKey(replaced)}`) ?? { unseen: 0, total: 0, by: [] };
      losses.set(`${key}=${valueKey(replaced)}`, loss);
      loss.total += 1;
      if (action === 'resolve' || author === null || hadSeen(evidence, { effect, author, key, replaced, to, deletes }))
        continue;
      loss.unseen += 1;
      loss.by.push(`${action} at ${effect.createdAt} by ${author}`);
    }
  }
  return losses;
}

interface Replacement {
  readonly effect: Effect;
  readonly author: Author;
  readonly key: string;
  readonly replaced: Json;
  readonly to: Json;
  readonly deletes: boolean;
}

/** Of several moments at which the author may have written this, the last counts: it is in the service's favour. */
function hadSeen({ world }: Evidence, { effect, author, key, replaced, to, deletes }: Replacement): boolean {
  const { journal } = world;
  if (deletes) {
    const deletions = journal
      .deletionsOf(effect.entity, effect.entityId)
      .filter((deletion) => deletion.author === author);
    if (author === 'office') return true;
    return deletions.some(({ n }) => journal.hadSeen(author, key, replaced, n));
  }
  const typings = journal.whoTyped(key, to).filter((typing) => typing.author === author);
  return typings.some(({ sees, n }) => sees === 'everything' || journal.hadSeen(author, key, replaced, n));
}

/** Times that a change with this value arrived and another value stood. */
function refusedWrites({ world }: Evidence, key: string): number {
  const at = key.indexOf('=');
  return world.journal.typingsOf(key.slice(0, at)).filter(({ value }) => valueKey(value) === key.slice(at + 1)).length;
}

function isUniqueKey({ world }: Evidence, key: string): boolean {
  const at = key.indexOf('=');
  return world.journal
    .typingsOf(key.slice(0, at))
    .some(({ value, unique }) => unique && valueKey(value) === key.slice(at + 1));
}

/** The life of the record, for whoever has to find out. */
function tellRecord({ world, history }: Evidence, key: string): string {
  const [entity = '', id = '', rest = ''] = key.split('/');
  const field = rest.slice(0, rest.indexOf('='));
  const lines = history.effects
    .filter((effect) => effect.entity === entity && effect.entityId === id)
    .map(
      ({ createdAt, action, device, changeId, changes }) =>
        `${createdAt} ${action} ${String(device)} ${JSON.stringify(changes[field] ?? null)} ${JSON.stringify(changes['deletedAt'] ?? null)} sent ${world.journal.pushed.get(changeId ?? '') ?? ''}`,
    );
  const conflicts = history.conflicts
    .filter((conflict) => conflict.entity === entity && conflict.entityId === id)
    .map((conflict) => `conflict ${JSON.stringify(conflict)}`);
  return ['', ...lines, ...conflicts].join('\n      ');
}
