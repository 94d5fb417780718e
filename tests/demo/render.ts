import type { ConflictSide, Json } from '@backhaul/shared';
import type { DemoReport, DeviceFacts, RoundFacts } from './report.ts';
import { textTable, wrap } from './text-table.ts';

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const heading = (text: string): string[] => ['', text, '='.repeat(text.length), ''];
const indented = (lines: readonly string[]): string[] => lines.map((line) => (line === '' ? '' : `  ${line}`));

export function renderStart({ records, startedIn, seededIn }: DemoReport['business']): string[] {
  return [
    'Backhaul: one business, three devices, and no network for a while',
    '',
    `  The service runs, with a database of its own (${seconds(startedIn)}).`,
    `  Shining Homes is loaded: ${records} records (${seconds(seededIn)}).`,
  ];
}

export function renderDevices(devices: readonly DeviceFacts[]): string[] {
  const rows = devices.map(({ name, person, role, counts, milliseconds }) => [
    name,
    person,
    role,
    ...['task', 'client', 'employee', 'finance_entry'].map((entity) => String(counts[entity] ?? 0)),
    String(Object.values(counts).reduce((sum, count) => sum + count, 0)),
    `${Math.round(milliseconds)} ms`,
  ]);
  const numbers = ['tasks', 'clients', 'employees', 'money', 'all', 'took'];
  const columns = [
    ...['device', 'person', 'role'].map((heading) => ({ heading })),
    ...numbers.map((heading) => ({ heading, align: 'right' as const })),
  ];
  return [...heading('First sync: each device gets what its person may see'), ...indented(textTable(columns, rows))];
}

export function renderRound({ title, waiting, edits, order, outcomes }: RoundFacts, number: number): string[] {
  const [first = '', second = ''] = order;
  const offline = Object.entries(waiting).map(
    ([device, { pending, error }]) => `${device}: ${pending} changes wait (${error ?? 'no error'})`,
  );
  const columns = [
    { heading: 'record', max: 20 },
    { heading: 'field', max: 11 },
    { heading: first, max: 19 },
    { heading: second, max: 19 },
    { heading: 'then on the server', max: 19 },
  ];
  const rows = outcomes.map(({ title, field, written, now }, n) => [
    outcomes[n - 1]?.title === title ? '' : title,
    field,
    first in written ? short(written[first] ?? null) : '',
    second in written ? short(written[second] ?? null) : '',
    short(now),
  ]);
  return [
    ...heading(`Round ${number}: offline, then back online, ${title}`),
    ...wrap(`Without a network, ${edits.length} edits are made. ${offline.join('; ')}.`, 2),
    '',
    ...indented(textTable(columns, rows)),
  ];
}

export function renderEnd(report: DemoReport): string[] {
  return [
    ...renderConflicts(report),
    ...renderRejections(report),
    ...renderRestored(report),
    ...renderAudit(report),
    ...renderComparisons(report),
  ];
}

function renderConflicts({ conflicts }: DemoReport): string[] {
  const lines = conflicts.flatMap(({ summary, winner, client, server, status, resolution }) => {
    const [won, lost] = winner === 'client' ? [client, server] : [server, client];
    return [
      ...wrap(`* ${summary}`, 2),
      ...wrap(`stood: ${describeSide(won)}`, 4),
      ...wrap(`logged: ${describeSide(lost)}`, 4),
      `    ${status}${resolution === null ? '' : ` (${resolution})`}`,
      '',
    ];
  });
  return [...heading(`Conflicts: ${conflicts.length}, with the values of both sides`), ...lines.slice(0, -1)];
}

function describeSide({ by, values }: ConflictSide): string {
  const said = Object.entries(values).map(([field, value]) =>
    field === 'deletedAt' ? 'deleted it' : `${field} ${short(value as Json)}`,
  );
  return `${by?.name ?? 'Backhaul'}, ${said.join(', ')}`;
}

function renderRejections({ rejections }: DemoReport): string[] {
  const lines = rejections.flatMap(({ device, title, code, message, fields, kept, shown }) => [
    ...wrap(`* ${device}, "${title}": ${code} in ${fields.join(', ')}. ${message}`, 2),
    ...Object.keys(kept).map(
      (field) =>
        `    ${field}: ${short(kept[field] ?? null)} waits on the device, ${short(shown[field] ?? null)} is shown`,
    ),
  ]);
  return [...heading('Rejected: kept on the device, nothing else is held up'), ...lines];
}

function renderRestored({ restored: { title, field, before, value, seen } }: DemoReport): string[] {
  const columns = [{ heading: 'device' }, { heading: `${field} after its next sync`, max: 60 }];
  return [
    ...heading('One conflict is restored by the manager'),
    ...wrap(`"${title}": ${short(before)} stood, ${short(value)} comes back.`, 2),
    '',
    ...indented(
      textTable(
        columns,
        Object.entries(seen).map(([device, value]) => [device, short(value)]),
      ),
    ),
  ];
}

function renderAudit({ audit }: DemoReport): string[] {
  const columns = [
    { heading: 'record', max: 24 },
    { heading: 'who', max: 14 },
    { heading: 'did', max: 7 },
    { heading: 'what', max: 43 },
  ];
  const rows = audit.map(({ title, actor, action, changes }, n) => [
    audit[n - 1]?.title === title ? '' : title,
    actor?.name ?? 'Backhaul',
    action,
    action === 'create' ? '' : describeChanges(changes),
  ]);
  return [...heading('Audit trail of the records that were touched'), ...indented(textTable(columns, rows))];
}

function describeChanges(changes: {
  readonly [field: string]: { readonly from?: unknown; readonly to?: unknown };
}): string {
  return Object.entries(changes)
    .map(
      ([field, { from, to }]) => `${field}: ${short((from ?? null) as Json, 14)} -> ${short((to ?? null) as Json, 20)}`,
    )
    .join('; ');
}

function renderComparisons({ comparisons, equal, milliseconds }: DemoReport): string[] {
  const columns = [
    { heading: 'device', max: 20 },
    { heading: 'compared with', max: 28 },
    { heading: 'records', align: 'right' as const },
    { heading: 'fields', align: 'right' as const },
    { heading: 'different', align: 'right' as const },
  ];
  const rows = comparisons.map(({ left, right, records, fields, differences }) => [
    left,
    right,
    String(records),
    String(fields),
    String(differences.length),
  ]);
  const differences = comparisons.flatMap(({ left, right, differences }) =>
    differences.slice(0, 10).map((difference) => {
      const { record, field } = difference;
      return `* ${left} and ${right}: ${record} ${field ?? ''} ${short(difference.left)} / ${short(difference.right)}`;
    }),
  );
  return [
    ...heading('Every record, field by field'),
    ...indented(textTable(columns, rows)),
    ...differences.flatMap((line) => wrap(line, 2)),
    '',
    equal
      ? `EQUAL: no field of any record differs between a device and the server (${seconds(milliseconds)} in all).`
      : 'NOT EQUAL: see the differences above.',
  ];
}

/** Instants by the clock on the wall, texts in quotes. */
function short(value: Json, max = 60): string {
  if (typeof value !== 'string') return value === null ? 'nothing' : JSON.stringify(value).slice(0, max);
  if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return new Date(value).toTimeString().slice(0, 5);
  const text = value.length > max ? `${value.slice(0, max - 1)}…` : value;
  return /^[a-z]+$/i.test(text) ? text : `"${text}"`;
}
