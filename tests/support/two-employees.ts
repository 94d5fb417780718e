import { v7 } from 'uuid';
import { create, createWorld, type SyncClient, type World } from './sync-client.ts';

/** An expense that an employee may make. */
export const EXPENSE = {
  title: 'Soap',
  amount: 9.99,
  type: 'payable',
  dueDate: '2026-11-21',
  status: 'pending',
  currency: 'usd',
  kind: 'expenseOutOfPocket',
  isDisputed: false,
} as const;

/** An office and two employees in two teams, with a client and a service type. */
export interface TwoEmployees {
  readonly world: World;
  readonly office: SyncClient;
  /** Of the team `north`. */
  readonly ana: SyncClient;
  readonly anaId: string;
  /** Of the team `south`. */
  readonly beaId: string;
  readonly north: string;
  readonly south: string;
  readonly client: string;
  readonly serviceType: string;
  /** Makes a record as the office; throws when that is refused. */
  readonly made: (entity: string, values: object) => Promise<{ id: string; version: string }>;
}

export async function createTwoEmployees(): Promise<TwoEmployees> {
  const world = await createWorld();
  const office = world.device();
  const made: TwoEmployees['made'] = async (entity, values) => {
    const id = v7();
    const { results, rejected } = await office.push([create(entity, id, values)]);
    if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
    return { id, version: results[0]?.updatedAt as string };
  };
  const { id: north } = await made('team', { name: 'North' });
  const { id: south } = await made('team', { name: 'South' });
  const { id: client } = await made('client', { name: 'Client', phone: '+1' });
  const { id: serviceType } = await made('service_type', { name: 'Windows', basePrice: 5, currency: 'usd' });
  const ana = { teamId: north, phone: '+2', hourlyRate: 12, roleTitle: 'Cleaner' };
  const bea = {
    teamId: south,
    phone: '+3',
    hourlyRate: 13,
    roleTitle: 'Driver',
    currency: 'usd',
    documentsDescription: 'x',
  };
  const hers = await world.employee('ana@example.com', ana);
  const { employeeId: beaId } = await world.employee('bea@example.com', bea);
  const device = world.device(hers.member);
  return { world, office, ana: device, anaId: hers.employeeId, beaId, north, south, client, serviceType, made };
}
