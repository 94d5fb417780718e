import type { RecordOf } from '@backhaul/shared';
import type { fieldService } from '@backhaul/shared/field-service';

export type Attachment = RecordOf<(typeof fieldService)['entities']['attachment']>;
export type Purpose = Attachment['purpose'];

export const PURPOSE_WORD: { readonly [P in Purpose]: string } = {
  general: 'Photo',
  checkIn: 'At the start',
  checkOut: 'At the end',
  receipt: 'Receipt',
};
