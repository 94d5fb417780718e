import type { RecordId, RecordValues } from '@backhaul/shared';
import type { SettingsValues } from '@backhaul/shared/schemas';
import { textOf } from '../text-of.ts';
import type { Work } from './entry-plan.ts';
import { workedHours } from './worked-hours.ts';

/** Records that tasks name, by id; `isLive: false`: deleted. */
export type NamedRecords = ReadonlyMap<string, { readonly values: RecordValues; readonly isLive: boolean }>;

export interface CompletedTask {
  readonly id: RecordId;
  readonly values: RecordValues;
}

/** What a client is charged for a task. A service type that is deleted by now still says what its work costs. */
export function priceForClient(
  task: CompletedTask,
  { clients, serviceTypes }: { readonly clients: NamedRecords; readonly serviceTypes: NamedRecords },
): Work {
  const { values } = task;
  const [clientId, serviceId] = [textOf(values, 'clientId'), textOf(values, 'serviceTypeId')];
  const client = clientId === null ? null : clients.get(clientId);
  const service = serviceId === null ? null : serviceTypes.get(serviceId)?.values;
  if (clientId === null) return skip(task, 'noClient');
  if (!client?.isLive) return skip(task, 'clientGone');
  if (!service) return skip(task, 'noServiceType');
  const perHour = service.pricingModel === 'perHour';
  const worked = workedHours(values.checkInTime, values.checkOutTime);
  if (perHour && worked.kind === 'unknown') return skip(task, worked.reason);
  const quantity = perHour && worked.kind === 'hours' ? worked.hours : 1;
  return {
    ...namesOf(task),
    charge: {
      kind: 'charge',
      party: { id: clientId as RecordId, name: textOf(client.values, 'name') ?? textOf(values, 'clientName') ?? '' },
      currency: textOf(service, 'currency') ?? '',
      line: { ...lineOf(task), quantity, unitPrice: Number(service.basePrice) },
    },
  };
}

/** What an employee is paid for a task: hours, whatever its client is charged for. */
export function payForEmployee(
  task: CompletedTask,
  { employees, settings }: { readonly employees: NamedRecords; readonly settings: SettingsValues },
): Work {
  const { values } = task;
  const employeeId = textOf(values, 'assignedEmployeeId');
  const employee = employeeId === null ? null : employees.get(employeeId);
  if (employeeId === null) return skip(task, 'noEmployee');
  if (!employee?.isLive) return skip(task, 'employeeGone');
  if (typeof employee.values.hourlyRate !== 'number') return skip(task, 'noRate');
  const worked = workedHours(values.checkInTime, values.checkOutTime);
  if (worked.kind === 'unknown') return skip(task, worked.reason);
  return {
    ...namesOf(task),
    charge: {
      kind: 'charge',
      party: { id: employeeId as RecordId, name: textOf(employee.values, 'name') ?? '' },
      currency: textOf(employee.values, 'currency') ?? settings.defaultCurrency,
      line: { ...lineOf(task), quantity: worked.hours, unitPrice: employee.values.hourlyRate },
    },
  };
}

function skip(task: CompletedTask, reason: Extract<Work['charge'], { kind: 'skip' }>['reason']): Work {
  return { ...namesOf(task), charge: { kind: 'skip', reason } };
}

function namesOf({ id, values }: CompletedTask): Pick<Work, 'taskId' | 'title' | 'date'> {
  return { taskId: id, title: textOf(values, 'title') ?? '', date: textOf(values, 'date') ?? '' };
}

const DESCRIPTION_LENGTH = 500;

/** The day first: a client looks for it. */
function lineOf({ id, values }: CompletedTask): { readonly description: string; readonly taskId: string } {
  return {
    description: [textOf(values, 'date'), textOf(values, 'title')]
      .join(' ')
      .slice(0, DESCRIPTION_LENGTH)
      .toWellFormed(),
    taskId: id,
  };
}
