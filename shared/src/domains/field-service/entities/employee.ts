import { defineEntity } from '../../../domain/define-entity.ts';
import { money, reference, text } from '../../../domain/field.ts';
import { currency, NAME_LENGTH } from '../vocabulary.ts';

export const employee = defineEntity({
  table: 'employees',
  fields: {
    name: text({ required: true, maxLength: NAME_LENGTH }),
    roleTitle: text({ maxLength: NAME_LENGTH }),
    teamId: reference('team'),
    /** Free text, kept for clients older than `teamId`. */
    team: text({ maxLength: NAME_LENGTH }),
    /** The member this employee is; decides what that member may see. */
    userId: text({ uniqueLive: true, maxLength: 255 }),
    phone: text({ sensitive: true }),
    hourlyRate: money({ policy: 'serverWins' }),
    currency: currency(),
    extraEarningsDescription: text({ sensitive: true }),
    documentsDescription: text({ sensitive: true }),
  },
});
