import { describe, expect, it } from 'vitest';
import { fieldService } from '../domains/field-service/index.ts';
import type { Language } from '../language.ts';
import { conflictSummary, type SummaryInput, type SummaryPerson } from './summary.ts';

const ana: SummaryPerson = { userId: 'user_a', name: 'Ana' };
const ines: SummaryPerson = { userId: 'user_i', name: 'Inés' };

const open: SummaryInput = {
  domain: fieldService,
  entity: 'task',
  fields: ['notes'],
  kind: 'fields',
  policy: 'clientWins',
  winner: 'client',
  client: ana,
  server: ines,
  settled: null,
};

const PEOPLE = {
  'two people': { client: ana, server: ines },
  'one person': { client: ana, server: { ...ana, name: 'Ana R.' } },
  'the service was there first': { client: ana, server: null },
  'the service came later': { client: null, server: ines },
} as const;
type People = keyof typeof PEOPLE;

const FIELDS = [['notes'], ['title', 'notes'], ['title', 'notes', 'teamId']];

/** Sentences are two clauses: what happened, with one, two and three fields, and what stands, of one field and of several. */
const HAPPENED: { readonly [L in Language]: { readonly [P in People]: readonly string[] } } = {
  en: {
    'two people': [
      'Ana and Inés both changed the notes of a task',
      'Ana and Inés both changed the title and notes of a task',
      'Ana and Inés both changed the title, notes and team of a task',
    ],
    'one person': [
      'Ana changed the notes of a task in two places',
      'Ana changed the title and notes of a task in two places',
      'Ana changed the title, notes and team of a task in two places',
    ],
    'the service was there first': [
      'Ana and the system both changed the notes of a task',
      'Ana and the system both changed the title and notes of a task',
      'Ana and the system both changed the title, notes and team of a task',
    ],
    'the service came later': [
      'The system and Inés both changed the notes of a task',
      'The system and Inés both changed the title and notes of a task',
      'The system and Inés both changed the title, notes and team of a task',
    ],
  },
  es: {
    'two people': [
      'Ana e Inés cambiaron por separado las notas de una tarea',
      'Ana e Inés cambiaron por separado el título y las notas de una tarea',
      'Ana e Inés cambiaron por separado el título, las notas y el equipo de una tarea',
    ],
    'one person': [
      'Ana cambió las notas de una tarea en dos lugares',
      'Ana cambió el título y las notas de una tarea en dos lugares',
      'Ana cambió el título, las notas y el equipo de una tarea en dos lugares',
    ],
    'the service was there first': [
      'Ana y el sistema cambiaron por separado las notas de una tarea',
      'Ana y el sistema cambiaron por separado el título y las notas de una tarea',
      'Ana y el sistema cambiaron por separado el título, las notas y el equipo de una tarea',
    ],
    'the service came later': [
      'El sistema e Inés cambiaron por separado las notas de una tarea',
      'El sistema e Inés cambiaron por separado el título y las notas de una tarea',
      'El sistema e Inés cambiaron por separado el título, las notas y el equipo de una tarea',
    ],
  },
};

/** Every policy with every winner that it can have. */
const RULES = [
  ['clientWins', 'client', 'client'],
  ['latestEdit', 'client', 'client'],
  ['latestEdit', 'server', 'server'],
  ['serverWins', 'server', 'server'],
  ['ask', 'server', 'ask'],
] as const;

const STANDS: {
  readonly [L in Language]: {
    readonly [R in 'client' | 'server' | 'ask']: { readonly [P in People]: readonly [one: string, several: string] };
  };
} = {
  en: {
    client: {
      'two people': ["Ana's value stands, the other is kept here", "Ana's values stand, the others are kept here"],
      'one person': [
        'one value stands, the other is kept here',
        'the values of one stand, those of the other are kept here',
      ],
      'the service was there first': [
        "Ana's value stands, the other is kept here",
        "Ana's values stand, the others are kept here",
      ],
      'the service came later': [
        "the system's value stands, the other is kept here",
        "the system's values stand, the others are kept here",
      ],
    },
    server: {
      'two people': ["Inés's value stands, the other is kept here", "Inés's values stand, the others are kept here"],
      'one person': [
        'one value stands, the other is kept here',
        'the values of one stand, those of the other are kept here',
      ],
      'the service was there first': [
        "the system's value stands, the other is kept here",
        "the system's values stand, the others are kept here",
      ],
      'the service came later': [
        "Inés's value stands, the other is kept here",
        "Inés's values stand, the others are kept here",
      ],
    },
    ask: {
      'two people': [
        "a manager must choose, and until then Inés's value stands",
        "a manager must choose, and until then Inés's values stand",
      ],
      'one person': [
        'a manager must choose, and until then the value that was there stands',
        'a manager must choose, and until then the values that were there stand',
      ],
      'the service was there first': [
        "a manager must choose, and until then the system's value stands",
        "a manager must choose, and until then the system's values stand",
      ],
      'the service came later': [
        "a manager must choose, and until then Inés's value stands",
        "a manager must choose, and until then Inés's values stand",
      ],
    },
  },
  es: {
    client: {
      'two people': [
        'se mantiene el valor de Ana y el otro queda guardado aquí',
        'se mantienen los valores de Ana y los otros quedan guardados aquí',
      ],
      'one person': [
        'se mantiene un valor y el otro queda guardado aquí',
        'se mantienen unos valores y los otros quedan guardados aquí',
      ],
      'the service was there first': [
        'se mantiene el valor de Ana y el otro queda guardado aquí',
        'se mantienen los valores de Ana y los otros quedan guardados aquí',
      ],
      'the service came later': [
        'se mantiene el valor del sistema y el otro queda guardado aquí',
        'se mantienen los valores del sistema y los otros quedan guardados aquí',
      ],
    },
    server: {
      'two people': [
        'se mantiene el valor de Inés y el otro queda guardado aquí',
        'se mantienen los valores de Inés y los otros quedan guardados aquí',
      ],
      'one person': [
        'se mantiene un valor y el otro queda guardado aquí',
        'se mantienen unos valores y los otros quedan guardados aquí',
      ],
      'the service was there first': [
        'se mantiene el valor del sistema y el otro queda guardado aquí',
        'se mantienen los valores del sistema y los otros quedan guardados aquí',
      ],
      'the service came later': [
        'se mantiene el valor de Inés y el otro queda guardado aquí',
        'se mantienen los valores de Inés y los otros quedan guardados aquí',
      ],
    },
    ask: {
      'two people': [
        'debe elegir un responsable y, hasta entonces, se mantiene el valor de Inés',
        'debe elegir un responsable y, hasta entonces, se mantienen los valores de Inés',
      ],
      'one person': [
        'debe elegir un responsable y, hasta entonces, se mantiene el valor que había',
        'debe elegir un responsable y, hasta entonces, se mantienen los valores que había',
      ],
      'the service was there first': [
        'debe elegir un responsable y, hasta entonces, se mantiene el valor del sistema',
        'debe elegir un responsable y, hasta entonces, se mantienen los valores del sistema',
      ],
      'the service came later': [
        'debe elegir un responsable y, hasta entonces, se mantiene el valor de Inés',
        'debe elegir un responsable y, hasta entonces, se mantienen los valores de Inés',
      ],
    },
  },
};

describe.each(['en', 'es'] as const)('%s: both sides changed a field', (language) => {
  const everything = RULES.flatMap(([policy, winner, stands]) =>
    (Object.keys(PEOPLE) as People[]).flatMap((people) =>
      FIELDS.map((fields) => ({ policy, winner, stands, people, fields })),
    ),
  );
  it.each(everything)('$policy, $winner wins, $people, $fields', ({ policy, winner, stands, people, fields }) => {
    const happened = HAPPENED[language][people][fields.length - 1];
    const [one, several] = STANDS[language][stands][people];
    const input = { ...open, ...PEOPLE[people], policy, winner, fields };
    expect(conflictSummary(input, language)).toBe(`${happened}; ${fields.length === 1 ? one : several}.`);
  });
});

describe('an entity or a field', () => {
  it.each([
    [
      'finance_entry',
      ['dueDate'],
      'the due date of a finance entry',
      'la fecha de vencimiento de un movimiento contable',
    ],
    ['employee', ['userId'], 'the user account of an employee', 'la cuenta de usuario de una ficha de empleado'],
    ['attachment', ['sha256'], 'the checksum of an attachment', 'la suma de control de un archivo adjunto'],
    [
      'task',
      ['title', 'date', 'notes', 'status'],
      'the title, date, notes and status of a task',
      'el título, la fecha, las notas y el estado de una tarea',
    ],
    [
      'task',
      ['title', 'date', 'notes', 'status', 'teamId'],
      'the title, date, notes and 2 other fields of a task',
      'el título, la fecha, las notas y otros 2 campos de una tarea',
    ],
    ['task', ['doorCode'], 'the door code of a task', 'el campo «door code» de una tarea'],
    [
      'site_visit',
      ['toString'],
      'the to string of a site visit',
      'el campo «to string» de un registro de tipo «site visit»',
    ],
    ['constructor', ['name'], 'the name of a constructor', 'el campo «name» de un registro de tipo «constructor»'],
  ])('%s %j is called by its label, or in words where it has none', (entity, fields, english, spanish) => {
    const input = { ...open, entity, fields };
    expect(conflictSummary(input, 'en')).toContain(`both changed ${english}; `);
    expect(conflictSummary(input, 'es')).toContain(`cambiaron por separado ${spanish}; `);
  });
});

describe('Spanish joins two names with “y”, or with “e” before the sound of an i', () => {
  it.each([
    ['Bea', 'y'],
    ['Inés', 'e'],
    ['inés', 'e'],
    ['Íñigo', 'e'],
    ['Hilda', 'e'],
    ['Yvonne', 'e'],
    ['Yolanda', 'y'],
    ['Iago', 'y'],
    ['Hielo', 'y'],
    ['Helena', 'y'],
    ['el sistema', 'y'],
  ])('%s', (name, and) => {
    const summary = conflictSummary({ ...open, server: { userId: 'user_x', name } }, 'es');
    expect(summary).toContain(`Ana ${and} ${name} cambiaron`);
  });

  it('contracts “de el” for the service alone, never inside a name', () => {
    const named = { ...open, client: { userId: 'user_x', name: 'El Greco' } };
    expect(conflictSummary(named, 'es')).toContain('se mantiene el valor de El Greco y');
    expect(conflictSummary({ ...open, client: null }, 'es')).toContain('se mantiene el valor del sistema y');
  });
});
