import type { Domain, Entity, Field, Json, Role } from '@backhaul/shared';
import type { SeededRandom } from '@backhaul/server/demo';
import type { ValueSource } from './draw-value.ts';
import type { Edit, PlannedValue, PlannedValues } from './plan.ts';

/** Fields that decide who may see what, or that only one record may have; the office alone changes them. */
const NOT_TYPED: ReadonlySet<string> = new Set(['employee.userId']);

/** What employees write in the app that was made for them. */
const EMPLOYEE_TASK_FIELDS = ['status', 'notes', 'checkInTime', 'checkOutTime'] as const;
const EMPLOYEE_EXPENSE_FIELDS = ['title', 'amount', 'dueDate', 'method', 'clientName', 'notes'] as const;

/** Share of the tasks in which people meet. */
const HOT = 0.4;

const ENTITIES = [
  'task',
  'task',
  'task',
  'task',
  'client',
  'finance_entry',
  'employee',
  'team',
  'service_type',
  'vehicle',
] as const;

/** Values that no server may take, and the code that says so. */
const BAD_VALUES: readonly { entity: string; field: string; value: Json; code: string }[] = [
  { entity: 'task', field: 'status', value: 'bogus', code: 'INVALID_FIELD' },
  { entity: 'task', field: 'date', value: '2026-02-31', code: 'INVALID_DATE' },
  { entity: 'task', field: 'title', value: null, code: 'REQUIRED_FIELD' },
  { entity: 'finance_entry', field: 'amount', value: 1.005, code: 'INVALID_AMOUNT' },
  { entity: 'task', field: 'notes', value: 'half a pair \ud800', code: 'INVALID_TEXT' },
];

/** Draws what people do in the app, over all entities that they may write. */
export class EditSource {
  readonly #domain: Domain;
  readonly #random: SeededRandom;
  readonly #values: ValueSource;
  /** Ids that references named before there was such a record. */
  readonly #awaited: { readonly entity: string; readonly id: string }[] = [];

  constructor(domain: Domain, random: SeededRandom, values: ValueSource) {
    this.#domain = domain;
    this.#random = random;
    this.#values = values;
  }

  draw(role: Role): Edit {
    return role === 'manager' ? this.#manager() : this.#employee();
  }

  /** Where everybody is allowed to write, and several do at once. */
  hot(): Edit {
    const pick = this.#random.next() * HOT;
    const names = [...EMPLOYEE_TASK_FIELDS, 'weather', 'gateCode'].filter(
      (name) => this.#task.fields[name] !== undefined,
    );
    return { kind: 'update', entity: 'task', pick, values: this.#of('task', names) };
  }

  /** Of the same few tasks: one goes, comes back, or is put back as somebody had read it. */
  grave(): Edit {
    const random = this.#random;
    const pick = random.next() * HOT;
    const roll = random.next();
    if (roll < 0.45) return { kind: 'delete', entity: 'task', pick };
    if (roll < 0.65) return { kind: 'readd', entity: 'task', pick: random.next(), values: this.#whole('task') };
    return {
      kind: 'put',
      entity: 'task',
      pick,
      values: this.#of('task', EMPLOYEE_TASK_FIELDS),
      stale: random.chance(0.6),
    };
  }

  get #task(): Entity {
    return this.#domain.entities['task'] as Entity;
  }

  #manager(): Edit {
    const random = this.#random;
    const entity = random.pick(ENTITIES.filter((name) => this.#domain.entities[name] !== undefined));
    const pick = random.next();
    const roll = random.next();
    if (roll < 0.14) return this.#add(entity);
    if (roll < 0.5) return { kind: 'update', entity, pick, values: this.#some(entity) };
    if (roll < 0.6) return { kind: 'put', entity, pick, values: this.#some(entity), stale: random.chance(0.6) };
    if (roll < 0.69) return { kind: 'delete', entity, pick };
    if (roll < 0.74) return { kind: 'readd', entity, pick, values: this.#whole(entity) };
    if (roll < 0.77) {
      const records = Array.from({ length: random.int(2, 4) }, () => ({
        id: this.#values.recordId(),
        values: this.#whole(entity),
      }));
      return { kind: 'bulkAdd', entity, records };
    }
    if (roll < 0.79) return { kind: 'bulkDelete', entity, picks: [pick, random.next()] };
    if (roll < 0.83) return { kind: 'modify', entity, share: random.next() * 0.6, values: this.#some(entity) };
    if (roll < 0.9) return this.#transaction(() => this.#manager());
    if (roll < 0.95) return this.#invalid();
    return this.#dangling();
  }

  #employee(): Edit {
    const random = this.#random;
    const pick = random.next();
    const roll = random.next();
    if (roll < 0.6) return { kind: 'update', entity: 'task', pick, values: this.#of('task', EMPLOYEE_TASK_FIELDS) };
    if (roll < 0.75)
      return { kind: 'add', entity: 'finance_entry', id: this.#values.recordId(), values: this.#expense() };
    if (roll < 0.87)
      return {
        kind: 'update',
        entity: 'finance_entry',
        pick,
        values: this.#of('finance_entry', EMPLOYEE_EXPENSE_FIELDS),
      };
    if (roll < 0.92) return this.#transaction(() => this.#employee());
    if (roll < 0.95) return this.#invalid();
    // What the app should not offer: the service refuses it, and nothing else.
    if (roll < 0.98) return { kind: 'update', entity: 'task', pick, values: this.#of('task', ['title', 'date']) };
    return { kind: 'delete', entity: 'task', pick };
  }

  #transaction(draw: () => Edit): Edit {
    const simple = (): Edit => {
      for (;;) {
        const edit = draw();
        if (edit.kind !== 'transaction') return edit;
      }
    };
    return {
      kind: 'transaction',
      edits: Array.from({ length: this.#random.int(2, 3) }, simple),
      fails: this.#random.chance(0.25),
    };
  }

  #add(entity: string): Edit {
    const awaited = this.#awaited.findIndex((record) => record.entity === entity);
    const found = awaited >= 0 && this.#random.chance(0.7) ? this.#awaited.splice(awaited, 1)[0] : undefined;
    return { kind: 'add', entity, id: found?.id ?? this.#values.recordId(), values: this.#whole(entity) };
  }

  #invalid(): Edit {
    return { kind: 'invalid', pick: this.#random.next(), ...this.#random.pick(BAD_VALUES) };
  }

  #dangling(): Edit {
    const { entity, field, to } = this.#random.pick([
      { entity: 'task', field: 'clientId', to: 'client' },
      { entity: 'task', field: 'teamId', to: 'team' },
      { entity: 'finance_entry', field: 'clientId', to: 'client' },
    ]);
    const target = this.#values.recordId();
    this.#awaited.push({ entity: to, id: target });
    return { kind: 'dangling', entity, pick: this.#random.next(), field, target };
  }

  /** One to three fields of an entity, now and then cleared. */
  #some(entity: string): PlannedValues {
    const fields = this.#typable(entity);
    const chosen = this.#random.shuffled(fields).slice(0, this.#random.int(1, 3));
    return Object.fromEntries(chosen.map(([name, field]) => [name, this.#value(name, field)]));
  }

  /** Everything that a record needs, and some of the rest. */
  #whole(entity: string): PlannedValues {
    const fields = this.#typable(entity).filter(([, field]) => field.required === true || this.#random.chance(0.4));
    return Object.fromEntries(fields.map(([name, field]) => [name, this.#values.draw(name, field)]));
  }

  #of(entity: string, names: readonly string[]): PlannedValues {
    const fields = (this.#domain.entities[entity] as Entity).fields;
    const chosen = this.#random.shuffled(names).slice(0, this.#random.int(1, 2));
    return Object.fromEntries(chosen.map((name) => [name, this.#value(name, fields[name] as Field)]));
  }

  #value(name: string, field: Field): PlannedValue {
    if (field.required !== true && this.#random.chance(0.08)) return { kind: 'literal', value: null };
    return this.#values.draw(name, field);
  }

  #expense(): PlannedValues {
    const literal = (value: Json): PlannedValue => ({ kind: 'literal', value });
    return {
      ...this.#of('finance_entry', ['title', 'amount', 'dueDate']),
      title: literal(this.#values.text('expense')),
      amount: this.#values.draw('amount', (this.#domain.entities['finance_entry'] as Entity).fields['amount'] as Field),
      dueDate: this.#values.draw(
        'dueDate',
        (this.#domain.entities['finance_entry'] as Entity).fields['dueDate'] as Field,
      ),
      type: literal('payable'),
      status: literal('pending'),
      currency: literal('usd'),
      kind: literal('expenseOutOfPocket'),
      // The colleague on the screen is the member, once only the own record is shown in full; the service judges it.
      employeeId: { kind: 'reference', entity: 'employee', pick: this.#random.next() },
    };
  }

  #typable(entity: string): [string, Field][] {
    const declared = this.#domain.entities[entity] as Entity;
    return Object.entries(declared.fields).filter(([name]) => !NOT_TYPED.has(`${entity}.${name}`));
  }
}
