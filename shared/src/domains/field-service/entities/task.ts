import { defineEntity } from '../../../domain/define-entity.ts';
import { date, instant, oneOf, reference, text } from '../../../domain/field.ts';
import { NAME_LENGTH } from '../vocabulary.ts';
import { TASK_STATUSES, TASK_TRANSITIONS } from '../task-status.ts';

export const task = defineEntity({
  table: 'tasks',
  fields: {
    title: text({ required: true, maxLength: NAME_LENGTH }),
    date: date({ required: true }),
    startTime: instant(),
    endTime: instant(),
    status: oneOf(TASK_STATUSES, { required: true, policy: 'latestEdit' }),
    assignedEmployeeId: reference('employee'),
    teamId: reference('team'),
    clientId: reference('client'),
    clientName: text({ maxLength: NAME_LENGTH }),
    address: text({ sensitive: true }),
    notes: text({ sensitive: true }),
    serviceTypeId: reference('service_type'),
    checkInTime: instant({ policy: 'latestEdit' }),
    checkOutTime: instant({ policy: 'latestEdit' }),
  },
  transitions: { status: TASK_TRANSITIONS },
});
