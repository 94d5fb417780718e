import { type Entity, type Field, fieldService } from '@backhaul/shared';
import type { SeededRandom } from '@backhaul/server/demo';
import type { ValueSource } from './draw-value.ts';
import type { OfficeWrite, PersonPlan, PlannedValues } from './plan.ts';

const ENTITIES = ['task', 'task', 'client', 'finance_entry'] as const;

/** What a manager does at a desk. */
export function drawOffice(random: SeededRandom, values: ValueSource, people: readonly PersonPlan[]): OfficeWrite {
  const entity = random.pick(ENTITIES);
  const pick = random.next();
  const roll = random.next();
  const employees = people.map((_, index) => index).filter((index) => index > 0);
  const person = employees.length === 0 ? null : random.pick(employees);
  if (roll < 0.12) return { kind: 'create', entity, id: values.recordId(), values: whole(random, values, entity) };
  if (roll < 0.42)
    return { kind: 'patch', entity, pick, values: some(random, values, entity), withBase: random.chance(0.4) };
  if (roll < 0.5) return { kind: 'remove', entity, pick };
  if (roll < 0.7 || person === null) {
    return {
      kind: 'resolve',
      pick,
      resolution: random.pick(['keep', 'restore', 'restore', 'edit'] as const),
      value: values.text('resolved'),
    };
  }
  if (roll < 0.8) return { kind: 'team', person, pick };
  if (roll < 0.88) return { kind: 'role', person, role: random.pick(['manager', 'employee'] as const) };
  if (roll < 0.95) return { kind: 'status', person, status: random.pick(['active', 'active', 'disabled'] as const) };
  return { kind: 'link', person, linked: random.chance(0.6) };
}

function fieldsOf(entity: string): [string, Field][] {
  return Object.entries((fieldService.entities as { readonly [name: string]: Entity })[entity]?.fields ?? {});
}

function some(random: SeededRandom, values: ValueSource, entity: string): PlannedValues {
  const chosen = random.shuffled(fieldsOf(entity)).slice(0, random.int(1, 3));
  return Object.fromEntries(chosen.map(([name, field]) => [name, values.draw(name, field)]));
}

function whole(random: SeededRandom, values: ValueSource, entity: string): PlannedValues {
  const chosen = fieldsOf(entity).filter(([, field]) => field.required === true || random.chance(0.3));
  return Object.fromEntries(chosen.map(([name, field]) => [name, values.draw(name, field)]));
}
