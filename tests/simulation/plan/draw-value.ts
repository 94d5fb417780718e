import type { Domain, Field, Json } from '@backhaul/shared';
import type { SeededRandom } from '@backhaul/server/demo';
import type { PlannedValue } from './plan.ts';

/** Draws values that nobody else types, where the kind of the field allows it. */
export class ValueSource {
  readonly #random: SeededRandom;
  #count = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  draw(name: string, field: Field): PlannedValue {
    if (field.kind === 'reference') return { kind: 'reference', entity: field.entity, pick: this.#random.next() };
    return { kind: 'literal', value: this.#literal(name, field) };
  }

  /** A good text that occurs nowhere else. */
  text(name: string): string {
    this.#count += 1;
    return `${name} ${this.#count}`;
  }

  recordId(): string {
    this.#count += 1;
    return `0193c000-0009-7000-8000-${this.#count.toString(16).padStart(12, '0')}`;
  }

  #literal(name: string, field: Exclude<Field, { kind: 'reference' }>): Json {
    this.#count += 1;
    const count = this.#count;
    switch (field.kind) {
      case 'text':
        return this.text(name);
      case 'enum':
        return this.#random.pick(field.values);
      case 'enumList':
        return field.values.filter(() => this.#random.chance(0.5));
      case 'id':
        return `0193c000-0000-7000-8000-${count.toString(16).padStart(12, '0')}`;
      case 'date':
        return new Date(Date.UTC(1950, 0, 1) + count * 86_400_000).toISOString().slice(0, 10);
      case 'instant':
        return new Date(Date.UTC(2026, 0, 1) + count * 60_000).toISOString();
      case 'money':
        return count + 0.25;
      case 'number':
        return count + 0.5;
      case 'integer':
        return count;
      case 'boolean':
        return this.#random.chance(0.5);
      case 'objectList':
        return [{ description: `item ${count}`, quantity: 1 + (count % 5), unitPrice: count + 0.5 }];
    }
  }
}

const UNIQUE: ReadonlySet<Field['kind']> = new Set([
  'text',
  'id',
  'date',
  'instant',
  'money',
  'number',
  'integer',
  'objectList',
]);

/** Whether values of this field, where they are not null, are typed by one person only. */
export function isUnique(domain: Domain, entity: string, field: string): boolean {
  const declared = domain.entities[entity]?.fields[field];
  return declared !== undefined && UNIQUE.has(declared.kind);
}
