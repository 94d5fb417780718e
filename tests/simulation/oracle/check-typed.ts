import type { Evidence } from './evidence.ts';
import { type Author, fieldKey, type Typing, valueKey } from './journal.ts';

/**
 * I2: every value that somebody typed is somewhere: it has been written (what became of it then is `check-losses.ts`), it is in
 * the conflict log, refused and kept on its device, waiting for a stated reason, or its own author has replaced it.
 */
export function checkTyped(evidence: Evidence): void {
  const { world, history } = evidence;
  const written = new Set<string>();
  for (const { entity, entityId, changes } of history.effects) {
    for (const [field, { to }] of Object.entries(changes)) {
      written.add(`${fieldKey(entity, entityId, field)}=${valueKey(to as Typing['value'])}`);
    }
  }
  const lost = new Map<string, number>();
  for (const { entity, entityId, client, winner } of history.conflicts) {
    if (winner === 'client') continue;
    for (const [field, value] of Object.entries(client.values)) {
      const key = `${fieldKey(entity, entityId, field)}=${valueKey(value as Typing['value'])}`;
      lost.set(key, (lost.get(key) ?? 0) + 1);
    }
  }
  for (const typing of world.journal.typings) {
    if (!typing.unique || !typing.certain) continue;
    const key = fieldKey(typing.entity, typing.id, typing.field);
    const valued = `${key}=${valueKey(typing.value)}`;
    if (written.has(valued)) continue;
    const logged = lost.get(valued) ?? 0;
    if (logged > 0) {
      if (logged > world.journal.whoTyped(key, typing.value).length)
        world.violation('I5', `${valued} lost once, and is logged ${logged} times`);
      continue;
    }
    if (isKept(evidence, typing) || isReplaced(evidence, typing)) continue;
    world.violation(
      'I2',
      `lost: device ${String(typing.author)} typed ${valued} (moment ${typing.n}${tellEnd(evidence, typing)})`,
    );
  }
  for (const { author, entity, id, n, certain } of world.journal.deletions) {
    if (certain === false || isDeletionKnown(evidence, { author, entity, id, n })) continue;
    world.violation('I2', `lost: device ${String(author)} deleted ${entity}/${id} (moment ${n})`);
  }
}

/** On the device, where its author can see what has become of it. */
function isKept(evidence: Evidence, typing: Typing): boolean {
  const { world, locals } = evidence;
  if (typing.author === 'office') return false;
  const key = fieldKey(typing.entity, typing.id, typing.field);
  if (world.journal.hasGivenUp(typing.author, key, typing.value)) return true;
  const local = locals[typing.author];
  if (!local) return false;
  const holds = ({ entityId, payload }: { entityId: string; payload: { [field: string]: Typing['value'] } }): boolean =>
    entityId === typing.id && valueKey(payload[typing.field]) === valueKey(typing.value);
  if (local.rejected.some((entry) => holds(entry) && isRefusalExpected(world, typing, entry.code))) return true;
  if (setAside(evidence, typing.author).some(holds)) return true;
  const waiting = local.outbox.find(holds);
  if (!waiting) return false;
  const sameRecord = local.outbox.filter(({ entityId }) => entityId === typing.id);
  return sameRecord.some(({ held }) => held !== null) || world.isCutOff(typing.author);
}

interface SetAsideChange {
  readonly op: string | null;
  readonly entityId: string;
  readonly payload: { readonly [field: string]: Typing['value'] };
}

/** What the author's device may not push any more: still on it, or handed over to the managers. */
function setAside({ locals, vaults, quarantine, authors }: Evidence, author: Author): SetAsideChange[] {
  if (author === 'office') return [];
  const works = [...(locals[author]?.escrow ?? []), ...(vaults[author] ?? [])];
  const handedOver = quarantine.filter(({ device }) => authors.get(device) === author);
  return [
    ...works.flatMap(({ changes, rejected }) => [...changes, ...rejected]),
    ...handedOver.map(({ op, entityId, values }) => ({
      op,
      entityId: entityId ?? '',
      payload: values as SetAsideChange['payload'],
    })),
  ];
}

type World = Evidence['world'];

/** What somebody is answered who may not do what they did, or not any more. */
const ACCESS_REFUSALS: ReadonlySet<string> = new Set(['FORBIDDEN', 'RECORD_GONE']);

/** Whether the server had a reason to refuse it. */
function isRefusalExpected(world: World, typing: Typing, code: string): boolean {
  const { people, devices } = world;
  const person = typing.author === 'office' ? people[0] : devices[typing.author]?.person;
  if (person?.limited && ACCESS_REFUSALS.has(code)) return true;
  // A value that must be refused takes what was typed with it along.
  const refused = world.journal.typings.some(
    ({ author, entity, id, refusal }) =>
      author === typing.author && entity === typing.entity && id === typing.id && refusal === code,
  );
  return refused || (code === 'RECORD_GONE' && world.mayBeGone(typing.entity, typing.id));
}

/** Its own author typed something else, or deleted the record, before it had left or after. */
function isReplaced({ world }: Evidence, { author, entity, id, field, n }: Typing): boolean {
  const later = world.journal.typingsOf(fieldKey(entity, id, field));
  if (later.some((typing) => typing.author === author && typing.n > n)) return true;
  return world.journal.deletionsOf(entity, id).some((deletion) => deletion.author === author && deletion.n >= n);
}

interface KnownDeletion {
  readonly author: Typing['author'];
  readonly entity: string;
  readonly id: string;
  readonly n: number;
}

function isDeletionKnown(evidence: Evidence, { author, entity, id, n }: KnownDeletion): boolean {
  const { world, history, truth, locals } = evidence;
  const stored = truth.stored.get(`${entity}/${id}`);
  if (!stored || stored.deletedAt !== null) return true;
  const deleted = history.effects.some(
    (effect) =>
      effect.entityId === id && effect.entity === entity && (effect.changes['deletedAt']?.to ?? null) !== null,
  );
  if (deleted) return true;
  const fields = world.domain.entities[entity]?.fieldNames ?? [];
  const back = fields.some((field) =>
    world.journal.typingsOf(fieldKey(entity, id, field)).some((typing) => typing.author === author && typing.n > n),
  );
  if (back || author === 'office') return back;
  const local = locals[author];
  const isDelete = (entry: { op: string | null; entityId: string }): boolean =>
    entry.op === 'delete' && entry.entityId === id;
  if (local?.outbox.some(isDelete) || setAside(evidence, author).some(isDelete)) return true;
  if (world.devices[author]?.person.limited !== true) return false;
  return local?.rejected.some(isDelete) === true || foundNothing(evidence, id);
}

/** A deletion of what its author may not see any more is answered as one of nothing, and so it is done. */
function foundNothing({ world, history }: Evidence, id: string): boolean {
  return [...world.journal.pushed].some(([changeId, bytes]) => {
    const { op, entityId } = JSON.parse(bytes) as { op: string; entityId: string };
    return op === 'delete' && entityId === id && history.receipts.get(changeId)?.code === 'RECORD_GONE';
  });
}

/** What is known of the record, for whoever has to find out. */
function tellEnd({ truth, locals, history }: Evidence, { author, entity, id, field }: Typing): string {
  const stored = truth.stored.get(`${entity}/${id}`);
  const effects = history.effects.filter((effect) => effect.entity === entity && effect.entityId === id);
  const local = author === 'office' ? undefined : locals[author];
  return `; ${JSON.stringify({
    stored,
    now: truth.live.get(entity)?.get(id)?.[field],
    audit: effects.map(({ action, createdAt, device, changes }) => [createdAt, action, device, changes[field]]),
    outbox: local?.outbox.filter(({ entityId }) => entityId === id),
    rejected: local?.rejected.filter(({ entityId }) => entityId === id),
  })}`;
}
