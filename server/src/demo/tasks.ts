import { addDays, instantAt, isSunday } from './calendar.ts';
import { isWorkplace } from './clients.ts';
import type { DemoClient, DemoContext, DemoEmployee, DemoServiceType, DemoTask, DemoTeam } from './demo-records.ts';
import { servicesFor } from './service-types.ts';
import { CANCELED_NOTES, DONE_NOTES, PLANNED_NOTES } from './task-notes.ts';

export interface TaskParts {
  readonly teams: readonly DemoTeam[];
  readonly employees: readonly DemoEmployee[];
  readonly serviceTypes: readonly DemoServiceType[];
  readonly clients: readonly DemoClient[];
}

const TASKS = 300;
const FIRST_DAY = -25;
const LAST_DAY = 16;
/** When a team starts its jobs of a day, in minutes after midnight. */
const STARTS = [7 * 60 + 30, 10 * 60, 12 * 60 + 45, 15 * 60 + 15] as const;

interface Slot {
  readonly date: string;
  readonly start: (typeof STARTS)[number];
  readonly team: DemoTeam;
}

/** Every job of the weeks around today, oldest first; today is fully booked whatever weekday it is. */
export function demoTasks(context: DemoContext, parts: TaskParts): DemoTask[] {
  const { random, today } = context;
  const slots = workingDays(today).flatMap((date) =>
    STARTS.flatMap((start) => parts.teams.map((team): Slot => ({ date, start, team }))),
  );
  const fixed = slots.filter(({ date }) => date === today);
  const others = random.shuffled(slots.filter(({ date }) => date !== today));
  const booked = new Set([...fixed, ...others.slice(0, TASKS - fixed.length)]);
  const nextClient = clientRotation(context, parts.clients);
  return slots.filter((slot) => booked.has(slot)).map((slot, n) => demoTask(context, parts, slot, nextClient(), n));
}

function workingDays(today: string): string[] {
  const days = Array.from({ length: LAST_DAY - FIRST_DAY + 1 }, (_, n) => addDays(today, FIRST_DAY + n));
  return days.filter((date) => date === today || !isSunday(date));
}

/** All clients in turn, each round in another order. A round is longer than a day, so nobody is cleaned twice in one. */
function clientRotation({ random }: DemoContext, clients: readonly DemoClient[]): () => DemoClient {
  let round: DemoClient[] = [];
  return () => {
    if (round.length === 0) round = random.shuffled(clients);
    return round.pop() as DemoClient;
  };
}

function demoTask(
  { random, id, today, utcOffset }: DemoContext,
  { employees, serviceTypes }: TaskParts,
  { date, start, team }: Slot,
  client: DemoClient,
  n: number,
): DemoTask {
  const service = random.pick(servicesFor(serviceTypes, isWorkplace(client.name)));
  const end = start + service.defaultDurationMinutes;
  const status = statusOf(random.next(), date, today, start);
  const arrived = start + random.int(-6, 12);
  const left = Math.max(end + random.int(-15, 20), arrived + 30);
  const assigned = random.pick(employees.filter(({ teamId }) => teamId === team.id));
  return {
    id: id('task', n),
    title: `${service.name}, ${client.name}`,
    date,
    startTime: instantAt(date, start, utcOffset),
    endTime: instantAt(date, end, utcOffset),
    status,
    assignedEmployeeId: assigned.id,
    teamId: team.id,
    clientId: client.id,
    clientName: client.name,
    address: client.address,
    notes: random.chance(0.6) ? random.pick(notesFor(status)) : null,
    serviceTypeId: service.id,
    checkInTime: status === 'inProgress' || status === 'completed' ? instantAt(date, arrived, utcOffset) : null,
    checkOutTime: status === 'completed' ? instantAt(date, left, utcOffset) : null,
  };
}

/** `luck`: 0 to below 1. A few past jobs were never closed, as in every real business. */
function statusOf(luck: number, date: string, today: string, start: number): DemoTask['status'] {
  if (date < today) return luck < 0.88 ? 'completed' : luck < 0.96 ? 'canceled' : 'scheduled';
  if (date > today) return luck < 0.96 ? 'scheduled' : 'canceled';
  if (start === STARTS[0]) return 'completed';
  if (start === STARTS[1]) return 'inProgress';
  return luck < 0.92 ? 'scheduled' : 'canceled';
}

function notesFor(status: DemoTask['status']): readonly string[] {
  return status === 'completed' ? DONE_NOTES : status === 'canceled' ? CANCELED_NOTES : PLANNED_NOTES;
}
