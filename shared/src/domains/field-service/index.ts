import { defineDomain } from '../../domain/define-domain.ts';
import { fieldService as records } from './client.ts';
import { en } from './labels/en.ts';
import { es } from './labels/es.ts';
import { roles } from './roles.ts';

/** Field service, version 1: cleaners and technicians, their clients, tasks and money. Names are the wire contract. */
export const fieldService = defineDomain({
  ...records,
  memberScope: { entity: 'employee', userField: 'userId', keys: { employee: 'id', team: 'teamId' } },
  roles,
  labels: { en, es },
});
