import type { PullResponse, PushChange, PushResponse } from '@backhaul/shared';
import type { Client } from 'pg';
import { v7 } from 'uuid';

/** A tenant of its own for each measurement, and a plain connection for the bare figures. */
export interface Bench {
  readonly bare: Client;
  newTenant(): Promise<BenchTenant>;
}

export interface BenchTenant extends BenchDevice {
  readonly tenantId: string;
  /** A device of an employee who is the record of this id. */
  employee(employeeId: string): Promise<BenchDevice>;
}

export interface BenchDevice {
  push(changes: readonly PushChange[]): Promise<PushResponse>;
  pull(since: string | undefined, limit: number): Promise<PullResponse>;
}

export async function openBench(address: string, bare: Client): Promise<Bench> {
  const authorization = await signIn(address, 'bench@example.com');
  return {
    bare,
    async newTenant() {
      const tenants = `${address}/v1/tenants`;
      const { id: tenantId } = await call<{ id: string }>(tenants, { authorization }, { name: 'Bench' });
      return {
        tenantId,
        ...device(address, authorization, tenantId),
        async employee(employeeId) {
          const email = `${employeeId}@example.com`;
          await call(`${tenants}/${tenantId}/invite`, { authorization }, { email, role: 'employee', employeeId });
          const own = await signIn(address, email);
          await call(tenants, { authorization: own });
          return device(address, own, tenantId);
        },
      };
    },
  };
}

/** The header of a signed-in person. */
export async function signIn(address: string, email = 'bench@example.com'): Promise<string> {
  const { token } = await call<{ token: string }>(`${address}/dev/sign-in`, {}, { email });
  return `Bearer ${token}`;
}

function device(address: string, authorization: string, tenantId: string): BenchDevice {
  const deviceId = v7();
  const headers = { authorization, 'x-tenant-id': tenantId, 'x-device-id': deviceId };
  return {
    push: (changes) => call(`${address}/v1/sync/push`, headers, { deviceId, changes }),
    pull(since, limit) {
      const query = new URLSearchParams({ limit: String(limit), ...(since === undefined ? {} : { since }) });
      return call(`${address}/v1/sync/pull?${query}`, headers);
    },
  };
}

export async function call<Body>(url: string, headers: Record<string, string>, body?: object): Promise<Body> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Body;
}

/** A task as an office makes it: two sealed fields, and the rest plain. */
export function newTask(index: number): PushChange {
  return {
    changeId: v7(),
    op: 'upsert',
    entity: 'task',
    entityId: v7(),
    clientUpdatedAt: new Date().toISOString(),
    baseUpdatedAt: null,
    payload: {
      title: `Weekly cleaning ${index}`,
      date: '2026-11-21',
      startTime: '2026-11-21T08:00:00.000Z',
      endTime: '2026-11-21T10:30:00.000Z',
      status: 'scheduled',
      clientName: 'Harbour Street 12',
      address: '12 Harbour Street, second floor, blue door',
      notes: 'Key is with the neighbour. Two cats, keep the balcony closed.',
    },
  };
}
