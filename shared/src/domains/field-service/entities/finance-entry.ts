import { defineEntity } from '../../../domain/define-entity.ts';
import { boolean, date, id, money, number, objectList, oneOf, reference, text } from '../../../domain/field.ts';
import { currency, ENTRY_KINDS, ENTRY_STATUSES, ENTRY_TYPES, NAME_LENGTH, PAYMENT_METHODS } from '../vocabulary.ts';

export const financeEntry = defineEntity({
  table: 'finance_entries',
  fields: {
    title: text({ required: true, maxLength: NAME_LENGTH }),
    amount: money({ required: true, policy: 'ask' }),
    type: oneOf(ENTRY_TYPES, { required: true }),
    dueDate: date({ required: true }),
    status: oneOf(ENTRY_STATUSES, { required: true }),
    method: oneOf(PAYMENT_METHODS),
    currency: currency({ required: true }),
    clientId: reference('client'),
    clientName: text({ maxLength: NAME_LENGTH }),
    employeeId: reference('employee'),
    employeeName: text({ maxLength: NAME_LENGTH }),
    kind: oneOf(ENTRY_KINDS, { required: true }),
    isDisputed: boolean({ default: false }),
    disputeReason: text({ sensitive: true }),
    /** May name an attachment whose upload is still to come, so it is not checked as a reference. */
    receiptAttachmentId: id(),
    notes: text({ sensitive: true }),
    lineItems: objectList(
      {
        description: text({ required: true, maxLength: NAME_LENGTH }),
        quantity: number({ required: true }),
        unitPrice: money({ required: true }),
        taskId: id(),
      },
      { maxItems: 500, policy: 'ask' },
    ),
    periodStart: date(),
    periodEnd: date(),
  },
});
