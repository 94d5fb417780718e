import { expect, test } from 'vitest';
import { fieldLabel, valueText } from './value-text.ts';

const names = new Map([['018f0000-0000-7000-8000-000000000001', 'Ana Ribeiro']]);

test.each<[string, string, unknown, string]>([
  ['task', 'status', 'inProgress', 'In progress'],
  ['task', 'notes', 'Ring twice', 'Ring twice'],
  ['task', 'notes', null, 'Nothing'],
  ['task', 'assignedEmployeeId', '018f0000-0000-7000-8000-000000000001', 'Ana Ribeiro'],
  ['task', 'assignedEmployeeId', '018f0000-0000-7000-8000-000000000002', 'Unknown'],
  ['task', 'deletedAt', '2026-01-01T00:00:00.000Z', 'Deleted'],
  ['task', 'deletedAt', null, 'Not deleted'],
  ['finance_entry', 'amount', 12.5, '12.5'],
  ['finance_entry', 'isDisputed', true, 'Yes'],
  ['finance_entry', 'lineItems', [{ quantity: 1 }, { quantity: 2 }], '2 items'],
  ['client', 'preferredDeliveryChannels', ['sms', 'email'], 'sms, email'],
  ['member', 'role', 'manager', 'manager'],
])('%s.%s %j reads "%s"', (entity, field, value, text) => {
  expect(valueText(entity, field, value, names)).toBe(text);
});

test('a reference is called after what it refers to', () => {
  expect(fieldLabel('assignedEmployeeId')).toBe('Assigned employee');
  expect(fieldLabel('checkInTime')).toBe('Check in time');
});
