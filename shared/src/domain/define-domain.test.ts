import { describe, expect, it } from 'vitest';
import { fieldService } from '../domains/field-service/index.ts';
import { type Domain, defineDomain } from './define-domain.ts';
import { defineEntity } from './define-entity.ts';
import { boolean, reference, text } from './field.ts';
import { englishField } from './labels.ts';
import {
  type EntityAccess,
  FULL_ACCESS,
  type Grant,
  grantFor,
  isNamedRows,
  NO_ACCESS,
  READ_ONLY,
  ROLES,
  type RoleTable,
} from './roles.ts';
import { coveringKeys, leavingKeys } from './scope-keys.ts';

function domain(change: Partial<Domain>): Domain {
  const thing = defineEntity({
    table: 'things',
    fields: { name: text(), owner: text(), secret: text({ sensitive: true }) },
  });
  const roles: RoleTable = { manager: { thing: FULL_ACCESS }, employee: { thing: NO_ACCESS } };
  return {
    name: 'test',
    schemaVersion: 1,
    entities: { thing },
    roles,
    memberScope: { entity: 'thing', userField: 'owner', keys: {} },
    ...change,
  };
}

describe('defineDomain', () => {
  it('takes a domain that holds together', () => {
    expect(() => defineDomain(domain({}))).not.toThrow();
  });

  it.each<[string, Partial<Domain>, RegExp]>([
    [
      'a reference to nothing',
      {
        entities: { thing: defineEntity({ table: 'things', fields: { owner: text(), other: reference('nothing') } }) },
      },
      /thing\.other refers to nothing/,
    ],
    [
      'a grant on an unknown field',
      {
        roles: {
          manager: { thing: FULL_ACCESS },
          employee: { thing: { ...NO_ACCESS, read: [{ rows: 'all', fields: ['x'] }] } },
        },
      },
      /employee x thing names the field x/,
    ],
    [
      'rows selected by a sealed field',
      {
        roles: {
          manager: { thing: FULL_ACCESS },
          employee: { thing: { ...NO_ACCESS, read: [{ rows: 'all', where: { secret: ['a'] }, fields: 'all' }] } },
        },
      },
      /selects rows by sealed secret/,
    ],
    [
      'rows selected by what is no id',
      {
        roles: {
          manager: { thing: FULL_ACCESS },
          employee: { thing: { ...NO_ACCESS, read: [{ rows: [{ field: 'name', key: 'k' }], fields: 'all' }] } },
        },
      },
      /selects rows by name, which is no id/,
    ],
    [
      'a limit on neither an enum nor a text',
      {
        entities: { thing: defineEntity({ table: 'things', fields: { owner: text(), done: boolean() } }) },
        roles: {
          manager: { thing: FULL_ACCESS },
          employee: { thing: { ...NO_ACCESS, read: [{ rows: 'all', where: { done: ['true'] }, fields: 'all' }] } },
        },
      },
      /selects rows by done, which is neither an enum nor a text/,
    ],
    [
      'a key that nobody holds',
      {
        roles: {
          manager: { thing: FULL_ACCESS },
          employee: { thing: { ...NO_ACCESS, read: [{ rows: [{ field: 'id', key: 'team' }], fields: 'all' }] } },
        },
      },
      /selects rows by team, which is no scope key/,
    ],
    [
      'a key that is no id',
      { memberScope: { entity: 'thing', userField: 'owner', keys: { thing: 'name' } } },
      /takes the key thing from name, which is no id/,
    ],
    [
      'a key with an odd name',
      { memberScope: { entity: 'thing', userField: 'owner', keys: { 'thing:': 'id' } } },
      /key thing:, which is no plain name/,
    ],
    [
      'a scope from nowhere',
      { memberScope: { entity: 'thing', userField: 'nobody', keys: {} } },
      /memberScope names thing\.nobody/,
    ],
    [
      'a label of nothing',
      { labels: { en: { thing: { fields: { size: 'size' } }, nothing: { noun: 'void' } } } },
      /labels\.en names the field thing\.size; labels\.en names nothing, which is not declared/,
    ],
    [
      'Spanish labels that leave a field out',
      { labels: { es: { thing: { noun: 'cosa', gender: 'f', fields: { name: 'el nombre', owner: 'el dueño' } } } } },
      /labels\.es misses thing\.secret/,
    ],
    ['Spanish labels that leave an entity out', { labels: { es: {} } }, /labels\.es misses thing/],
  ])('refuses %s', (_, change, message) => {
    expect(() => defineDomain(domain(change))).toThrow(message);
  });
});

describe('rows that other records name', () => {
  const rows = [{ via: 'visit', field: 'placeId' }] as const;
  const place = defineEntity({ table: 'places', fields: { name: text(), kind: text(), motherId: reference('place') } });
  const visit = defineEntity({
    table: 'visits',
    fields: { placeId: reference('place'), roomId: reference('room'), note: text(), doneBy: reference('visit') },
  });
  const room = defineEntity({ table: 'rooms', fields: { placeId: reference('place') } });

  function withEmployee(access: Partial<RoleTable['employee']>): Partial<Domain> {
    const all = { place: FULL_ACCESS, visit: FULL_ACCESS, room: FULL_ACCESS };
    return {
      entities: { place, visit, room },
      roles: { manager: all, employee: { place: NO_ACCESS, visit: READ_ONLY, room: NO_ACCESS, ...access } },
      memberScope: { entity: 'visit', userField: 'note', keys: {} },
    };
  }
  const seen = (grant: Partial<Grant>): EntityAccess => ({ ...NO_ACCESS, read: [{ rows, fields: 'all', ...grant }] });

  it('may be read', () => {
    expect(() => defineDomain(domain(withEmployee({ place: seen({}) })))).not.toThrow();
  });

  it.each<[string, Partial<RoleTable['employee']>, RegExp]>([
    ['to write', { place: { ...NO_ACCESS, update: [{ rows, fields: 'all' }] } }, /may be read, not more/],
    ['with a limit', { place: seen({ where: { kind: ['open'] } }) }, /can have no where/],
    ['via nothing', { place: seen({ rows: [{ via: 'call', field: 'placeId' }] }) }, /via call, which is not declared/],
    ['via another reference', { place: seen({ rows: [{ via: 'visit', field: 'roomId' }] }) }, /no reference to place/],
    ['via a text', { place: seen({ rows: [{ via: 'visit', field: 'note' }] }) }, /no reference to place/],
    [
      'via what is itself named',
      {
        place: seen({ rows: [{ via: 'room', field: 'placeId' }] }),
        room: seen({ rows: [{ via: 'visit', field: 'roomId' }] }),
      },
      /without chains and circles/,
    ],
    [
      'in a circle of one',
      { place: seen({ rows: [{ via: 'place', field: 'motherId' }] }) },
      /without chains and circles/,
    ],
    [
      'by a hidden field',
      { place: seen({}), visit: { ...NO_ACCESS, read: [{ rows: 'all', fields: ['note'] }] } },
      /visit\.placeId, which the role may not always read/,
    ],
  ])('are refused %s', (_, access, problem) => {
    expect(() => defineDomain(domain(withEmployee(access)))).toThrow(problem);
  });

  it('are decided by who asks, row by row', () => {
    const { read } = seen({});
    const row = { id: 'p1', values: {} };
    expect(grantFor(read, row, {})).toBeNull();
    expect(
      grantFor(read, row, {}, (rule) => isNamedRows(rule) && rule.via === 'visit' && rule.field === 'placeId'),
    ).toBe(read[0]);
  });
});

describe('scope keys', () => {
  const read: readonly Grant[] = [
    {
      rows: [
        { field: 'id', key: 'person' },
        { field: 'teamId', key: 'team' },
      ],
      fields: 'all',
    },
    { rows: 'all', where: { state: ['open'] }, fields: ['name'] },
  ];
  it.each([
    [{ teamId: 't1', state: 'open' }, ['person:r1', 'team:t1', '*']],
    [{ teamId: 't1', state: 'done' }, ['person:r1', 'team:t1']],
    [{ teamId: null, state: null }, ['person:r1']],
  ])('of a row with %j', (values, keys) => {
    expect([...coveringKeys(read, { id: 'r1', values })]).toEqual(keys);
  });

  it('by which a row can leave: none where everybody sees it, with whatever fields', () => {
    expect([...leavingKeys(fieldService, 'employee', 'client')]).toEqual(['employee', 'team']);
    expect([...leavingKeys(fieldService, 'employee', 'finance_entry')]).toEqual(['employee']);
    expect([...leavingKeys(fieldService, 'employee', 'employee')]).toEqual([]);
    expect([...leavingKeys(fieldService, 'manager', 'task')]).toEqual([]);
  });
});

describe('field service', () => {
  it('has a rule for every role and entity', () => {
    for (const role of ROLES) expect(Object.keys(fieldService.roles[role])).toEqual(Object.keys(fieldService.entities));
  });

  it('has a Spanish label with its article for every entity and field, and English ones where the name does not do', () => {
    const { en, es } = fieldService.labels ?? {};
    for (const [name, entity] of Object.entries(fieldService.entities)) {
      const { noun, fields } = es?.[name as keyof typeof es] ?? { noun: '', fields: {} };
      expect(noun).toMatch(/^\p{Ll}+( \p{Ll}+)*$/u);
      expect(Object.keys(fields)).toEqual(Object.keys(entity.fields));
      for (const label of Object.values(fields)) expect(label).toMatch(/^(el|la|los|las) \p{Ll}+/u);
      expect(new Set(Object.values(fields)).size).toBe(Object.keys(fields).length);
      const english = Object.keys(entity.fields).map((field) => englishField(fieldService, name, field));
      expect(new Set(english).size).toBe(english.length);
    }
    expect(Object.keys(en ?? {}).length).toBeGreaterThan(0);
  });

  it('names tables, routes and SDK collections by one rule', () => {
    const { finance_entry: entry } = fieldService.entities;
    expect([entry.table, entry.path, entry.collection]).toEqual([
      'finance_entries',
      'finance-entries',
      'financeEntries',
    ]);
  });

  it('shows an employee own and own team tasks, and nobody the tasks of no one', () => {
    const { read } = fieldService.roles.employee.task;
    const task = (values: object) => ({ id: 't', values: { assignedEmployeeId: null, teamId: null, ...values } });
    const keys = { employee: 'e1', team: 't1' };
    expect(grantFor(read, task({ assignedEmployeeId: 'e1' }), keys)).not.toBeNull();
    expect(grantFor(read, task({ teamId: 't1' }), keys)).not.toBeNull();
    expect(grantFor(read, task({ assignedEmployeeId: 'e2' }), keys)).toBeNull();
    expect(grantFor(read, task({}), {})).toBeNull();
  });
});
