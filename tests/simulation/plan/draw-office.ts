import { type Entity, type Field, fieldService } from '@backhaul/shared';
import type { SeededRandom } from '@backhaul/server/demo';
import type { ValueSource } from './draw-value.ts';
import type { OfficeWrite, PersonPlan, PlannedValues } from './plan.ts';

const ENTITIES = ['task', 'task', 'client', 'finance_entry'] as const;

export interface OfficeParts {
  readonly random: SeededRandom;
  readonly values: ValueSource;
  readonly people: readonly PersonPlan[];
  readonly devices: number;
  /** How often it is about who may work, and about work of those who might not. */
  readonly access: number;
}

/** What a manager does at a desk. */
export function drawOffice({ random, values, people, devices, access }: OfficeParts): OfficeWrite {
  const entity = random.pick(ENTITIES);
  const pick = random.next();
  const roll = random.next();
  if (random.chance(access)) return drawAccess(random, people, devices);
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

/** Members and devices come and go; what they had not sent is decided about. */
function drawAccess(random: SeededRandom, people: readonly PersonPlan[], devices: number): OfficeWrite {
  const person = random.int(1, Math.max(1, people.length - 1));
  const roll = random.next();
  if (roll < 0.45) return { kind: 'decide', pick: random.next(), how: random.chance(0.75) ? 'apply' : 'discard' };
  if (roll < 0.57) return { kind: 'status', person, status: 'disabled' };
  if (roll < 0.68) return { kind: 'status', person, status: 'active' };
  if (roll < 0.76) return { kind: 'dismissMember', person };
  if (roll < 0.88) return { kind: 'inviteAgain', person };
  return { kind: 'revoke', device: random.int(0, devices - 1) };
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
