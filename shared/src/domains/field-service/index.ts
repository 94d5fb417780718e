import { defineDomain } from '../../domain/define-domain.ts';
import { attachment } from './entities/attachment.ts';
import { client } from './entities/client.ts';
import { employee } from './entities/employee.ts';
import { financeEntry } from './entities/finance-entry.ts';
import { serviceType } from './entities/service-type.ts';
import { task } from './entities/task.ts';
import { team } from './entities/team.ts';
import { roles } from './roles.ts';

/** Field service, version 1: cleaners and technicians, their clients, tasks and money. Names are the wire contract. */
export const fieldService = defineDomain({
  name: 'field-service',
  entities: {
    client,
    employee,
    team,
    service_type: serviceType,
    task,
    finance_entry: financeEntry,
    attachment,
  },
  memberScope: { entity: 'employee', userField: 'userId', keys: { employee: 'id', team: 'teamId' } },
  roles,
});
