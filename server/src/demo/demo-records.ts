import type { fieldService, NewRecordOf } from '@backhaul/shared';
import type { SeededRandom } from './seeded-random.ts';

type FieldServiceEntities = (typeof fieldService)['entities'];
type New<Name extends keyof FieldServiceEntities> = NewRecordOf<FieldServiceEntities[Name]> & { readonly id: string };

export type DemoTeam = New<'team'>;
export type DemoEmployee = New<'employee'> & { readonly teamId: string };
export type DemoServiceType = New<'service_type'> & { readonly defaultDurationMinutes: number };
export type DemoClient = New<'client'> & { readonly address: string };
export type DemoTask = New<'task'>;
export type DemoFinanceEntry = New<'finance_entry'>;

/** What every part of the generator works with. */
export interface DemoContext {
  readonly random: SeededRandom;
  /** The n-th id of an entity. */
  readonly id: (entity: string, n: number) => string;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** Minutes that the business's clock is ahead of UTC. */
  readonly utcOffset: number;
}
