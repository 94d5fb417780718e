import { describe, expect, it } from 'vitest';
import { fieldService } from '../domains/field-service/index.ts';
import { type Domain, defineDomain } from './define-domain.ts';
import { defineEntity } from './define-entity.ts';
import { reference, text } from './field.ts';
import { englishField } from './labels.ts';
import { FULL_ACCESS, grantFor, NO_ACCESS, ROLES, type RoleTable } from './roles.ts';

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
