import { expect, test } from 'vitest';
import { fieldService } from '../domains/field-service/index.ts';
import { quarantineSummary, type QuarantineSummaryInput } from './quarantine-summary.ts';

const input: QuarantineSummaryInput = {
  domain: fieldService,
  author: 'Ana',
  reason: 'revoked',
  change: { op: 'update', entity: 'task', fields: ['title', 'notes'] },
  wasRefused: false,
};
const task = { op: 'create', entity: 'task', fields: [] } as const;

test.each<[Partial<QuarantineSummaryInput>, string, string]>([
  [
    {},
    'Ana changed the title and notes of a task. It did not arrive: the device had been revoked.',
    'Ana cambió el título y las notas de una tarea. No llegó: se había revocado el dispositivo.',
  ],
  [
    { change: task, reason: 'signedOut', wasRefused: true },
    'Ana made a task. It had been refused, and they had signed out.',
    'Ana creó una tarea. Se había rechazado, y había cerrado la sesión.',
  ],
  [
    { change: { ...task, op: 'delete', entity: 'employee' }, reason: 'removed' },
    'Ana deleted an employee. It did not arrive: they were not a member any more.',
    'Ana eliminó una ficha de empleado. No llegó: ya no formaba parte del equipo.',
  ],
  [
    { change: { ...task, op: 'update' }, reason: 'disabled' },
    'Ana changed nothing of a task. It did not arrive: their access had been disabled.',
    'Ana no cambió nada de una tarea. No llegó: su acceso estaba desactivado.',
  ],
  [
    { change: null },
    'The device of Ana handed over something that can not be read as a change. It did not arrive: the device had been revoked.',
    'El dispositivo de Ana entregó algo que no se puede leer como un cambio. No llegó: se había revocado el dispositivo.',
  ],
])('%o', (given, english, spanish) => {
  expect(quarantineSummary({ ...input, ...given }, 'en')).toBe(english);
  expect(quarantineSummary({ ...input, ...given }, 'es')).toBe(spanish);
});
