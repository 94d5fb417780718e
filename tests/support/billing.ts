import type { GenerateResponse } from '@backhaul/shared';
import type { TestAppOptions } from '@backhaul/server/testing';
import { v7 } from 'uuid';
import { create, createWorld, type SyncClient, type World } from './sync-client.ts';

export const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' } as const;

export interface Failure {
  readonly error: { readonly code: string; readonly details: { readonly [name: string]: unknown } };
}

/** A business with a client and two priced services, and what its manager asks for. */
export interface BillingWorld {
  readonly world: World;
  readonly office: SyncClient;
  readonly clientId: string;
  readonly perTask: string;
  readonly perHour: string;
  /** A completed task of the client in November, with two hours and twenty minutes of work. */
  task(values?: object): Promise<string>;
  record(entity: string, values: object): Promise<string>;
  generate(body?: object, what?: 'invoices' | 'payroll'): Promise<{ status: number; body: GenerateResponse & Failure }>;
  entry(id: string): Promise<Entry>;
  another(): Promise<BillingWorld>;
  close(): Promise<void>;
}

export interface Entry {
  readonly [field: string]: unknown;
  readonly amount: number;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly lineItems: readonly { description: string; quantity: number; unitPrice: number; taskId?: string | null }[];
}

export async function createBillingWorld(options: TestAppOptions = {}): Promise<BillingWorld> {
  return billingIn(await createWorld(options));
}

async function billingIn(world: World): Promise<BillingWorld> {
  const office = world.device();
  const record = async (entity: string, values: object): Promise<string> => {
    const id = v7();
    const { rejected } = await office.push([create(entity, id, values)]);
    if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
    return id;
  };
  const clientId = await record('client', { name: 'Dolores Haze', email: 'dolores@example.com' });
  const price = { currency: 'usd', basePrice: 25 };
  const perTask = await record('service_type', { ...price, name: 'Windows', pricingModel: 'perTask', basePrice: 60.1 });
  const perHour = await record('service_type', { ...price, name: 'Cleaning', pricingModel: 'perHour' });
  return {
    world,
    office,
    clientId,
    perTask,
    perHour,
    record,
    task: (values = {}) =>
      record('task', {
        title: 'Kitchen',
        date: '2026-11-10',
        status: 'completed',
        clientId,
        serviceTypeId: perHour,
        checkInTime: '2026-11-10T08:00:00.000Z',
        checkOutTime: '2026-11-10T10:20:00.000Z',
        ...values,
      }),
    generate: (body = {}, what = 'invoices') =>
      office.call<GenerateResponse & Failure>('POST', `/v1/${what}/generate`, { ...NOVEMBER, ...body }),
    entry: async (id) => (await office.call<Entry>('GET', `/v1/finance-entries/${id}`)).body,
    another: async () => billingIn(await world.newTenant('Shining Homes')),
    close: () => world.close(),
  };
}
