import { defineEntity } from '../../../domain/define-entity.ts';
import { integer, money, oneOf, text } from '../../../domain/field.ts';
import { currency, NAME_LENGTH, PRICING_MODELS } from '../vocabulary.ts';

export const serviceType = defineEntity({
  table: 'service_types',
  fields: {
    name: text({ required: true, maxLength: NAME_LENGTH }),
    description: text(),
    basePrice: money({ required: true, policy: 'serverWins' }),
    currency: currency({ required: true }),
    pricingModel: oneOf(PRICING_MODELS),
    defaultDurationMinutes: integer(),
  },
});
