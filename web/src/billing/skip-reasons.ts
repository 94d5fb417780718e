import type { SkipReason } from '@backhaul/shared';

/** Why a task is on no draft, and what to do about it. */
export const SKIP_REASONS: { readonly [R in SkipReason]: string } = {
  noClient: 'No client: choose one for the task',
  clientGone: 'The client is deleted',
  noServiceType: 'No service type, so no price: choose one for the task',
  noEmployee: 'Nobody is assigned',
  employeeGone: 'The employee is deleted',
  noRate: 'The employee has no hourly rate',
  noTimes: 'Check-in or check-out is missing',
  timesReversed: 'Check-out is before check-in',
  tooLong: 'More than a day from check-in to check-out',
  alreadyBilled: 'Another entry has it',
  billedTwice: 'Billed twice: calculate drafts anew, or take it off one of the entries',
  billedBefore: 'Billed before, on an entry that was deleted after it was sent, finalised or paid',
  draftExists: 'There is a draft for this period already: calculate drafts anew to add it',
  entryFull: 'The draft is full: generate again for another one',
};
