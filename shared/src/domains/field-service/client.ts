import type { ClientDomain } from '../../domain/define-domain.ts';
import { attachment } from './entities/attachment.ts';
import { client } from './entities/client.ts';
import { employee } from './entities/employee.ts';
import { financeEntry } from './entities/finance-entry.ts';
import { serviceType } from './entities/service-type.ts';
import { task } from './entities/task.ts';
import { team } from './entities/team.ts';

/** Field service as a device needs it, `@backhaul/shared/field-service`: without roles and scopes, to keep apps small. */
export const fieldService = {
  name: 'field-service',
  schemaVersion: 2,
  entities: {
    client,
    employee,
    team,
    service_type: serviceType,
    task,
    finance_entry: financeEntry,
    attachment,
  },
  sends: { invoices: 'finance_entry' },
} as const satisfies ClientDomain;
