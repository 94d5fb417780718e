import type { Conflict, Json } from '@backhaul/shared';
import type { Evidence } from './evidence.ts';
import { fieldKey, type Typing, valueKey } from './journal.ts';

/**
 * Who won each conflict is what the field's policy says. The later edit is told by true time, wherever each side's clock was
 * known when it typed.
 */
export function checkPolicies(evidence: Evidence): void {
  const { world, history } = evidence;
  for (const conflict of history.conflicts) {
    const { entity, entityId, fields, winner, createdAt, policy } = conflict;
    for (const field of fields) {
      const declared = world.domain.entities[entity]?.fields[field];
      if (declared === undefined || conflict.client.values['deletedAt'] !== undefined) continue;
      const what = `conflict at ${createdAt} about ${entity}/${entityId}/${field}`;
      const expected = declared.policy ?? 'clientWins';
      if (policy !== expected) world.violation('I5', `${what} was decided by ${policy}, declared is ${expected}`);
      const right = winnerBy(evidence, conflict, field);
      if (right !== null && right !== winner)
        world.violation('I5', `${what}: ${winner} won, by ${expected} ${right} should have`);
    }
  }
}

/** `null`: nobody can say. */
function winnerBy(
  evidence: Evidence,
  { policy, entity, entityId: id, client, server }: Conflict,
  field: string,
): Conflict['winner'] | null {
  if (policy === 'clientWins') return 'client';
  if (policy === 'serverWins' || policy === 'ask') return 'server';
  const { journal, faults } = evidence.world;
  // An edit time is at most the service's now: one whose clock was set back can not order what was typed since.
  if ((faults.counts.serverClockBack ?? 0) > 0) return null;
  const key = fieldKey(entity, id, field);
  if (journal.typingsOf(key).some(({ exact, certain }) => !exact || !certain)) return null;
  const [one, other] = [client, server].map((side) => lastWord(evidence, key, side.values[field] as Json));
  if (!one || !other || one.at === other.at) return null;
  return one.at > other.at ? 'client' : 'server';
}

function lastWord({ world }: Evidence, key: string, value: Json): Typing | null {
  const [typing, ...more] = world.journal.whoTyped(key, value ?? null);
  return !typing || more.length > 0 || !typing.unique || valueKey(value) === valueKey(null) ? null : typing;
}
