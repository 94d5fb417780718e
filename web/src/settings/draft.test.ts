import type { Settings } from '@backhaul/shared';
import { SETTINGS_DEFAULTS } from '@backhaul/shared/schemas';
import { expect, it } from 'vitest';
import { draftField, draftOf, isChanged, patchOf, rebase } from './draft.ts';

const stored: Settings = {
  ...SETTINGS_DEFAULTS,
  company: { ...SETTINGS_DEFAULTS.company, legalName: 'Shining Homes', phone: '+1' },
  updatedAt: '2026-11-24T10:00:00.000001Z',
};

it('a form that was not touched has nothing to save', () => {
  expect(isChanged(stored, draftOf(stored))).toBe(false);
  expect(patchOf(stored, draftOf(stored))).toEqual({ expectedUpdatedAt: stored.updatedAt });
});

it('only what was changed is sent, trimmed, and what was emptied goes back to its default', () => {
  const draft = { ...draftOf(stored), legalName: ' Shining Homes, LLC ', phone: ' ', tombstoneHorizonDays: 30 };
  expect(isChanged(stored, draft)).toBe(true);
  expect(patchOf(stored, draft)).toEqual({
    company: { legalName: 'Shining Homes, LLC', phone: null },
    tombstoneHorizonDays: 30,
    expectedUpdatedAt: stored.updatedAt,
  });
  expect(patchOf(stored, { ...draft, tombstoneHorizonDays: '' })).toMatchObject({ tombstoneHorizonDays: null });
});

it('what was typed stays on top of what somebody else has saved', () => {
  const draft = { ...draftOf(stored), taxId: 'B12' };
  const theirs: Settings = { ...stored, language: 'es', company: { ...stored.company, phone: '+2' } };
  expect(rebase(stored, theirs, draft)).toEqual({ ...draft, language: 'es', phone: '+2' });
});

it('knows its fields by the names that the service uses', () => {
  expect(draftField('company.taxId')).toBe('taxId');
  expect(draftField('timeZone')).toBe('timeZone');
  expect(draftField('invoices.paper')).toBeNull();
});
