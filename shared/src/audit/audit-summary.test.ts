import { describe, expect, it } from 'vitest';
import { fieldService } from '../domains/field-service/index.ts';
import { AUDIT_ACTIONS } from '../protocol/audit.ts';
import { SETTINGS_DEFAULTS } from '../protocol/settings.ts';
import { auditSummary, type AuditSummaryInput } from './audit-summary.ts';

const update: AuditSummaryInput = {
  domain: fieldService,
  entity: 'task',
  action: 'update',
  fields: ['status', 'notes'],
  actor: 'Ana',
  author: null,
};
const settings = { ...update, entity: 'settings', actor: 'Marta' };

describe('a sentence about what happened', () => {
  it.each<readonly [Partial<AuditSummaryInput>, string, string]>([
    [{}, 'Ana changed the status and notes of a task', 'Ana cambió el estado y las notas de una tarea'],
    [
      { fields: ['checkInTime'] },
      'Ana changed the check-in time of a task',
      'Ana cambió la hora de entrada de una tarea',
    ],
    [{ fields: [] }, 'Ana met a conflict in a task', 'Ana encontró un conflicto en una tarea'],
    [{ action: 'create', entity: 'employee' }, 'Ana created an employee', 'Ana creó una ficha de empleado'],
    [{ action: 'delete', entity: 'team' }, 'Ana deleted a team', 'Ana eliminó un equipo'],
    [{ action: 'restore' }, 'Ana brought back a task', 'Ana recuperó una tarea'],
    [{ action: 'resolve' }, 'Ana settled a conflict of a task', 'Ana resolvió un conflicto de una tarea'],
    [
      { action: 'create', author: 'Bea' },
      'Bea created a task; Ana applied it',
      'Bea creó una tarea; Ana aplicó el cambio',
    ],
    [
      { author: 'Bea', actor: null },
      'Bea changed the status and notes of a task; the system applied it',
      'Bea cambió el estado y las notas de una tarea; el sistema aplicó el cambio',
    ],
    [
      { action: 'discard', author: 'Bea' },
      'Ana discarded a change of a task by Bea',
      'Ana descartó un cambio de una tarea hecho por Bea',
    ],
    [{ action: 'apply' }, 'Ana applied a change of a task', 'Ana aplicó un cambio de una tarea'],
    [{ action: 'create', entity: 'tenant' }, 'Ana created a tenant', 'Ana creó un negocio'],
    [{ action: 'invite', entity: 'invite' }, 'Ana sent an invite', 'Ana envió una invitación'],
    [{ action: 'join', entity: 'member' }, 'Ana joined as a member', 'Ana se incorporó como miembro'],
    [{ action: 'remove', entity: 'member' }, 'Ana removed a member', 'Ana dio de baja a un miembro'],
    [{ entity: 'member', fields: ['role'] }, 'Ana changed the role of a member', 'Ana cambió el papel de un miembro'],
    [{ action: 'revoke', entity: 'device' }, 'Ana revoked a device', 'Ana revocó un dispositivo'],
    [
      { action: 'escrow', entity: 'device' },
      'Ana handed over unsent work of a device',
      'Ana entregó trabajo sin enviar de un dispositivo',
    ],
    [
      { ...settings, fields: ['company.taxId', 'timeZone'] },
      'Marta changed the company tax id and time zone of the settings',
      'Marta cambió el identificador fiscal y la zona horaria de los ajustes',
    ],
    [{ action: 'create', actor: null }, 'The system created a task', 'El sistema creó una tarea'],
    [
      { entity: 'visit', fields: ['doorCode'] },
      'Ana changed the door code of a visit',
      'Ana cambió el campo «door code» de un registro de tipo «visit»',
    ],
  ])('%o', (given, english, spanish) => {
    expect(auditSummary({ ...update, ...given }, 'en')).toBe(english);
    expect(auditSummary({ ...update, ...given }, 'es')).toBe(spanish);
  });

  it('is one for every action, in both languages', () => {
    for (const action of AUDIT_ACTIONS) {
      const both = (['en', 'es'] as const).map((language) => auditSummary({ ...update, action }, language));
      for (const sentence of both) expect(sentence).toMatch(/^Ana \p{Ll}/u);
      expect(both[0]).not.toBe(both[1]);
    }
  });

  it('has a Spanish label for every setting', () => {
    const names = Object.entries(SETTINGS_DEFAULTS).flatMap(([name, value]) =>
      typeof value === 'object' ? Object.keys(value).map((key) => `${name}.${key}`) : [name],
    );
    for (const field of names) expect(auditSummary({ ...settings, fields: [field] }, 'es')).not.toContain('«');
  });
});
