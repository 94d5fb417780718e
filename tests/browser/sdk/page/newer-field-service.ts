import type { ClientDomain } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';

const { team } = fieldService.entities;

/** The next version of the app: it has one more local table, so that its opening upgrades the local database. */
export const newerFieldService: ClientDomain = {
  ...fieldService,
  schemaVersion: fieldService.schemaVersion + 1,
  entities: { ...fieldService.entities, crew: { ...team, table: 'crews', collection: 'crews' } },
};
