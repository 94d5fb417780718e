import type { PushChange } from '@backhaul/shared';
import { v7 } from 'uuid';
import { type Bench, type BenchTenant, newTask } from './bench-client.ts';
import { compared, type Measured, median, timed } from './measurements.ts';

const TASKS = 500;
const CLIENTS = 100;
const PEOPLE = 20;
const ROUNDS = 10;

interface Business {
  readonly tenant: BenchTenant;
  readonly people: readonly string[];
  readonly tasks: readonly string[];
}

/** 10,000 tasks of 20 employees at 100 clients, 500 of which the measurements move about. */
async function openBusiness(bench: Bench): Promise<Business> {
  const tenant = await bench.newTenant();
  const people = Array.from({ length: PEOPLE }, () => v7());
  const clients = Array.from({ length: CLIENTS }, () => v7());
  await push(tenant, [
    ...people.map((id) => change('employee', id, { name: 'Employee' })),
    ...clients.map((id) => change('client', id, { name: 'Client', phone: '+1 555 0100' })),
  ]);
  const tasks: string[] = [];
  for (let done = 0; done < 20; done += 1) {
    const made = Array.from({ length: TASKS }, (_, index) => {
      const task = newTask(index);
      const values = { clientId: clients[index % CLIENTS], assignedEmployeeId: people[(index + done) % PEOPLE] };
      return { ...task, payload: { ...task.payload, ...values } };
    });
    await push(tenant, made);
    if (done === 0) tasks.push(...made.map(({ entityId }) => entityId));
  }
  return { tenant, people, tasks };
}

/** 500 tasks are given to other employees, against one `update` of as many rows. */
export async function moveTasks(bench: Bench): Promise<Measured> {
  const { tenant, people, tasks } = await openBusiness(bench);
  await bench.bare.query('create temporary table moved_tasks (like tasks including indexes)');
  await bench.bare.query('insert into moved_tasks select * from tasks where tenant_id = $1', [tenant.tenantId]);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = -1; round < ROUNDS; round += 1) {
    const moves = tasks.map((id, index) => move(id, people[(index + round + 5) % PEOPLE] as string));
    const took = await timed(() => push(tenant, moves));
    const bareTook = await timed(() =>
      bench.bare.query(
        `update moved_tasks set assigned_employee_id = new.employee, updated_at = updated_at + interval '1 day'
         from jsonb_to_recordset($2::jsonb) as new (id uuid, employee uuid)
         where tenant_id = $1 and moved_tasks.id = new.id`,
        [
          tenant.tenantId,
          JSON.stringify(
            moves.map(({ entityId, payload }) => ({ id: entityId, employee: payload?.assignedEmployeeId })),
          ),
        ],
      ),
    );
    if (round >= 0) {
      ours.push(took);
      bare.push(bareTook);
    }
  }
  const perSecond = (samples: number[]): number => (TASKS / median(samples)) * 1000;
  return compared('push, 500 of 10,000 tasks change hands', 'rows/s', perSecond(ours), perSecond(bare), 'higher');
}

/** What those moves are to an employee's device, against a scan of the employee's rows. */
export async function pullMoved(bench: Bench): Promise<Measured> {
  const { tenant, people, tasks } = await openBusiness(bench);
  const [mine, other] = people as [string, string];
  const device = await tenant.employee(mine);
  await push(
    tenant,
    tasks.map((id) => move(id, mine)),
  );
  const ours: number[] = [];
  const bare: number[] = [];
  let { nextCursor } = await device.pull(undefined, 5000);
  for (let round = -1; round < ROUNDS; round += 1) {
    await push(
      tenant,
      tasks.map((id, index) => move(id, round % 2 === 0 && index % 2 === 0 ? mine : other)),
    );
    let cursor = '';
    const took = await timed(async () => {
      cursor = (await device.pull(nextCursor, 5000)).nextCursor;
    });
    const bareTook = await timed(() =>
      bench.bare.query('select * from tasks where tenant_id = $1 and assigned_employee_id = $2 and updated_at > $3', [
        tenant.tenantId,
        mine,
        nextCursor,
      ]),
    );
    nextCursor = cursor;
    if (round >= 0) {
      ours.push(took);
      bare.push(bareTook);
    }
  }
  return compared('employee’s pull after 500 tasks changed hands', 'ms', median(ours), median(bare), 'lower');
}

async function push(tenant: BenchTenant, changes: readonly PushChange[]): Promise<void> {
  const { rejected } = await tenant.push(changes);
  if (rejected.length > 0) throw new Error(`Refused: ${JSON.stringify(rejected[0])}`);
}

function move(id: string, employee: string): PushChange {
  const { baseUpdatedAt: _, ...rest } = change('task', id, { assignedEmployeeId: employee });
  return rest;
}

function change(entity: string, entityId: string, payload: PushChange['payload']): PushChange {
  const clientUpdatedAt = new Date().toISOString();
  return {
    changeId: v7(),
    op: 'upsert',
    entity,
    entityId,
    clientUpdatedAt,
    baseUpdatedAt: null,
    ...(payload && { payload }),
  };
}
