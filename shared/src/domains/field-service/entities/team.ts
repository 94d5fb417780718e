import { defineEntity } from '../../../domain/define-entity.ts';
import { text } from '../../../domain/field.ts';
import { NAME_LENGTH } from '../vocabulary.ts';

export const team = defineEntity({
  table: 'teams',
  fields: {
    name: text({ required: true, maxLength: NAME_LENGTH }),
  },
});
