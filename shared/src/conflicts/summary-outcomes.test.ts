import { describe, expect, it } from 'vitest';
import { fieldService } from '../domains/field-service/index.ts';
import { conflictSummary, type SummaryInput, type SummaryPerson } from './summary.ts';

const ana: SummaryPerson = { userId: 'user_a', name: 'Ana' };
const bea: SummaryPerson = { userId: 'user_b', name: 'Bea' };
const marta: SummaryPerson = { userId: 'user_m', name: 'Marta' };

const fields: SummaryInput = {
  domain: fieldService,
  entity: 'task',
  fields: ['notes'],
  kind: 'fields',
  policy: 'clientWins',
  winner: 'client',
  client: ana,
  server: bea,
  settled: null,
};
const several = { ...fields, fields: ['notes', 'date'] };
const deleted: SummaryInput = { ...fields, kind: 'deletedOverEdit' };
const revived: SummaryInput = { ...fields, kind: 'editedOverDelete', fields: ['deletedAt'] };
const unrevived: SummaryInput = { ...deleted, fields: ['deletedAt'] };
const entry = { entity: 'finance_entry' };
const self = { server: ana };

type Row = readonly [input: SummaryInput, english: string, spanish: string];

function tell([input, english, spanish]: Row): void {
  expect(conflictSummary(input, 'en')).toBe(english);
  expect(conflictSummary(input, 'es')).toBe(spanish);
}

describe('a deletion and an edit', () => {
  it.each<Row>([
    [
      deleted,
      'Ana deleted a task without having seen that Bea had changed the notes; it is deleted, and the changes are kept here.',
      'Ana eliminó una tarea sin haber visto que Bea había cambiado las notas; la tarea sigue eliminada y los cambios quedan guardados aquí.',
    ],
    [
      { ...deleted, ...entry, fields: ['notes', 'amount', 'clientId'], server: null },
      'Ana deleted a finance entry without having seen that the system had changed the notes, amount and client; it is deleted, and the changes are kept here.',
      'Ana eliminó un movimiento contable sin haber visto que el sistema había cambiado las notas, el importe y el cliente; el movimiento contable sigue eliminado y los cambios quedan guardados aquí.',
    ],
    [
      { ...deleted, client: null },
      'The system deleted a task without having seen that Bea had changed the notes; it is deleted, and the changes are kept here.',
      'El sistema eliminó una tarea sin haber visto que Bea había cambiado las notas; la tarea sigue eliminada y los cambios quedan guardados aquí.',
    ],
    [
      { ...deleted, ...self },
      'Ana changed the notes of a task in one place and deleted it in another; it is deleted, and the changes are kept here.',
      'Ana cambió las notas de una tarea en un lugar y la eliminó en otro; la tarea sigue eliminada y los cambios quedan guardados aquí.',
    ],
    [
      { ...deleted, ...entry, ...self, fields: ['notes', 'amount'] },
      'Ana changed the notes and amount of a finance entry in one place and deleted it in another; it is deleted, and the changes are kept here.',
      'Ana cambió las notas y el importe de un movimiento contable en un lugar y lo eliminó en otro; el movimiento contable sigue eliminado y los cambios quedan guardados aquí.',
    ],
    [
      unrevived,
      'Ana deleted a task without having seen that Bea had brought it back; it is deleted, and can be brought back here.',
      'Ana eliminó una tarea sin haber visto que Bea la había recuperado; la tarea sigue eliminada y se puede recuperar aquí.',
    ],
    [
      { ...unrevived, ...entry, server: null },
      'Ana deleted a finance entry without having seen that the system had brought it back; it is deleted, and can be brought back here.',
      'Ana eliminó un movimiento contable sin haber visto que el sistema lo había recuperado; el movimiento contable sigue eliminado y se puede recuperar aquí.',
    ],
    [
      { ...unrevived, ...self },
      'Ana brought a task back in one place and deleted it in another; it is deleted, and can be brought back here.',
      'Ana recuperó una tarea en un lugar y la eliminó en otro; la tarea sigue eliminada y se puede recuperar aquí.',
    ],
    [
      revived,
      "Ana changed a task without having seen that Bea had deleted it; it is back, with Ana's changes.",
      'Ana cambió una tarea sin haber visto que Bea la había eliminado; la tarea se ha recuperado con los cambios de Ana.',
    ],
    [
      { ...revived, ...entry, client: null },
      "The system changed a finance entry without having seen that Bea had deleted it; it is back, with the system's changes.",
      'El sistema cambió un movimiento contable sin haber visto que Bea lo había eliminado; el movimiento contable se ha recuperado con los cambios del sistema.',
    ],
    [
      { ...revived, server: null },
      "Ana changed a task without having seen that the system had deleted it; it is back, with Ana's changes.",
      'Ana cambió una tarea sin haber visto que el sistema la había eliminado; la tarea se ha recuperado con los cambios de Ana.',
    ],
    [
      { ...revived, ...self },
      'Ana deleted a task in one place and changed it in another; it is back, with those changes.',
      'Ana eliminó una tarea en un lugar y la cambió en otro; la tarea se ha recuperado con esos cambios.',
    ],
    [
      { ...revived, ...entry, ...self },
      'Ana deleted a finance entry in one place and changed it in another; it is back, with those changes.',
      'Ana eliminó un movimiento contable en un lugar y lo cambió en otro; el movimiento contable se ha recuperado con esos cambios.',
    ],
  ])('%#', (...row) => tell(row));
});

describe('what was decided replaces what stood', () => {
  it.each<readonly [SummaryInput, NonNullable<SummaryInput['settled']>, string, string]>([
    [fields, { resolution: 'keep', by: marta }, "Marta kept Ana's value", 'Marta mantuvo el valor de Ana'],
    [fields, { resolution: 'restore', by: marta }, "Marta restored Bea's value", 'Marta recuperó el valor de Bea'],
    [fields, { resolution: 'edit', by: marta }, 'Marta wrote another value', 'Marta puso otro valor'],
    [several, { resolution: 'keep', by: marta }, "Marta kept Ana's values", 'Marta mantuvo los valores de Ana'],
    [several, { resolution: 'restore', by: marta }, "Marta restored Bea's values", 'Marta recuperó los valores de Bea'],
    [several, { resolution: 'edit', by: marta }, 'Marta wrote other values', 'Marta puso otros valores'],
    [fields, { resolution: 'keep', by: ana }, 'Ana kept their own value', 'Ana mantuvo su propio valor'],
    [several, { resolution: 'restore', by: bea }, 'Bea restored their own values', 'Bea recuperó sus propios valores'],
    [
      { ...fields, policy: 'ask', winner: 'server' },
      { resolution: 'restore', by: marta },
      "Marta restored Ana's value",
      'Marta recuperó el valor de Ana',
    ],
    [
      { ...fields, server: null },
      { resolution: 'restore', by: marta },
      "Marta restored the system's value",
      'Marta recuperó el valor del sistema',
    ],
    [
      { ...fields, ...self },
      { resolution: 'keep', by: ana },
      'Ana kept the value that stood',
      'Ana mantuvo el valor que había',
    ],
    [
      { ...several, ...self },
      { resolution: 'restore', by: marta },
      'Marta restored the other values',
      'Marta recuperó los otros valores',
    ],
    [deleted, { resolution: 'keep', by: marta }, 'Marta left it deleted', 'Marta la dejó eliminada'],
    [{ ...deleted, ...entry }, { resolution: 'keep', by: marta }, 'Marta left it deleted', 'Marta lo dejó eliminado'],
    [
      deleted,
      { resolution: 'restore', by: marta },
      "Marta brought it back with Bea's changes",
      'Marta la recuperó con los cambios de Bea',
    ],
    [
      deleted,
      { resolution: 'restore', by: bea },
      'Bea brought it back with their own changes',
      'Bea la recuperó con sus propios cambios',
    ],
    [
      { ...deleted, ...entry, ...self },
      { resolution: 'restore', by: marta },
      'Marta brought it back with those changes',
      'Marta lo recuperó con esos cambios',
    ],
    [
      deleted,
      { resolution: 'edit', by: marta },
      'Marta brought it back with other values',
      'Marta la recuperó con otros valores',
    ],
    [unrevived, { resolution: 'keep', by: marta }, 'Marta left it deleted', 'Marta la dejó eliminada'],
    [{ ...unrevived, ...entry }, { resolution: 'restore', by: marta }, 'Marta brought it back', 'Marta lo recuperó'],
    [
      unrevived,
      { resolution: 'edit', by: marta },
      'Marta brought it back with other values',
      'Marta la recuperó con otros valores',
    ],
    [revived, { resolution: 'keep', by: marta }, 'Marta kept it', 'Marta la mantuvo'],
    [{ ...revived, ...entry }, { resolution: 'keep', by: null }, 'the system kept it', 'el sistema lo mantuvo'],
    [revived, { resolution: 'restore', by: marta }, 'Marta deleted it again', 'Marta volvió a eliminarla'],
    [
      { ...revived, ...entry },
      { resolution: 'restore', by: marta },
      'Marta deleted it again',
      'Marta volvió a eliminarlo',
    ],
    [
      revived,
      { resolution: 'edit', by: marta },
      'Marta kept it with other values',
      'Marta la mantuvo con otros valores',
    ],
  ])('%#: $kind', (input, settled, english, spanish) => {
    const happened = (language: 'en' | 'es') => conflictSummary(input, language).split('; ')[0];
    tell([{ ...input, settled }, `${happened('en')}; ${english}.`, `${happened('es')}; ${spanish}.`]);
  });
});
