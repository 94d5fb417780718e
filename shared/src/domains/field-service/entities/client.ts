import { defineEntity } from '../../../domain/define-entity.ts';
import { listOf, text } from '../../../domain/field.ts';
import { DELIVERY_CHANNELS, NAME_LENGTH } from '../vocabulary.ts';

export const client = defineEntity({
  table: 'clients',
  fields: {
    name: text({ required: true, maxLength: NAME_LENGTH }),
    contact: text({ sensitive: true }),
    phone: text({ sensitive: true }),
    whatsappPhone: text({ sensitive: true }),
    email: text({ sensitive: true }),
    address: text({ sensitive: true }),
    propertyDetails: text({ sensitive: true }),
    accessNotes: text({ sensitive: true }),
    preferredSchedule: text(),
    preferredDeliveryChannels: listOf(DELIVERY_CHANNELS),
  },
});
