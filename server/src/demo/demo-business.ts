import { v5 } from 'uuid';
import { demoClients } from './clients.ts';
import type {
  DemoClient,
  DemoContext,
  DemoEmployee,
  DemoFinanceEntry,
  DemoServiceType,
  DemoTask,
  DemoTeam,
} from './demo-records.ts';
import { demoFinanceEntries } from './finance-entries.ts';
import { demoEmployees, demoTeams } from './people.ts';
import { createSeededRandom } from './seeded-random.ts';
import { demoServiceTypes } from './service-types.ts';
import { demoTasks } from './tasks.ts';

export interface DemoOptions {
  /** A whole number; other seeds are other businesses with other ids. Default 1. */
  readonly seed?: number;
  /** `YYYY-MM-DD`: tasks and money lie around this day. */
  readonly today: string;
  /** Minutes that the business's clock is ahead of UTC. Default 0. */
  readonly utcOffset?: number;
}

/** One cleaning company with everything it works with. Records refer only to records of the same business. */
export interface DemoBusiness {
  readonly name: string;
  readonly teams: readonly DemoTeam[];
  readonly employees: readonly DemoEmployee[];
  readonly serviceTypes: readonly DemoServiceType[];
  readonly clients: readonly DemoClient[];
  readonly tasks: readonly DemoTask[];
  readonly financeEntries: readonly DemoFinanceEntry[];
}

export const DEMO_SEED = 1;
export const DEMO_BUSINESS_NAME = 'Shining Homes';

/**
 * Makes up the business. Pure: equal options, equal records. People, clients and services do not depend on the day, and ids
 * depend on the seed alone.
 */
export function demoBusiness({ seed = DEMO_SEED, today, utcOffset = 0 }: DemoOptions): DemoBusiness {
  const context: DemoContext = {
    random: createSeededRandom(seed),
    id: (entity, n) => demoId(seed, `${entity}:${n}`),
    today,
    utcOffset,
  };
  const teams = demoTeams(context);
  const employees = demoEmployees(context, teams);
  const serviceTypes = demoServiceTypes(context);
  const clients = demoClients(context);
  const tasks = demoTasks(context, { teams, employees, serviceTypes, clients });
  const financeEntries = demoFinanceEntries(context, { employees, serviceTypes, clients, tasks });
  return { name: DEMO_BUSINESS_NAME, teams, employees, serviceTypes, clients, tasks, financeEntries };
}

const NAMESPACE = 'a5e6f1f0-6f0e-5c0e-9a52-1d7b0c3f2e11';

/** The UUID (version 5) that a name has in the world of a seed. */
export function demoId(seed: number, name: string): string {
  return v5(`${seed}:${name}`, NAMESPACE);
}
