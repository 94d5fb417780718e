import type { Json } from '@backhaul/shared';

const id = (kind: number, n: number): string => `0193c000-000${kind}-7000-8000-${String(n).padStart(12, '0')}`;

/** Ids are unique within a tenant, so every scenario can begin with the same ones. */
export const teamId = (n: number): string => id(1, n);

interface SeededRecord {
  readonly entity: string;
  readonly id: string;
  readonly values: { readonly [field: string]: Json };
}

const each = (count: number, make: (n: number) => SeededRecord): SeededRecord[] =>
  Array.from({ length: count }, (_, n) => make(n));

/** Two teams, some clients, services, tasks and entries: enough to meet on. */
export const SEEDED: readonly SeededRecord[] = [
  ...each(2, (n) => ({ entity: 'team', id: teamId(n), values: { name: `Team ${n}` } })),
  ...each(3, (n) => ({
    entity: 'client',
    id: id(2, n),
    values: { name: `Client ${n}`, phone: `+55 ${n}`, preferredSchedule: `mornings ${n}` },
  })),
  ...each(2, (n) => ({
    entity: 'service_type',
    id: id(3, n),
    values: { name: `Service ${n}`, basePrice: 10 + n, currency: 'usd' },
  })),
  ...each(6, (n) => ({
    entity: 'task',
    id: id(4, n),
    values: {
      title: `Seeded task ${n}`,
      date: `2026-04-0${n + 1}`,
      status: 'scheduled',
      teamId: teamId(n % 2),
      clientId: id(2, n % 3),
      notes: `seeded note ${n}`,
    },
  })),
  ...each(2, (n) => ({
    entity: 'finance_entry',
    id: id(5, n),
    values: {
      title: `Seeded entry ${n}`,
      amount: 100 + n,
      type: 'receivable',
      dueDate: `2026-05-0${n + 1}`,
      status: 'pending',
      currency: 'usd',
      kind: 'general',
      isDisputed: false,
      clientId: id(2, n),
    },
  })),
];
