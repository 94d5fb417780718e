import type { Json, Role } from '@backhaul/shared';
import type { Person } from '../world/people.ts';
import type { World } from '../world/world.ts';
import type { Row } from '../world/local-state.ts';

/** What the database holds, read beside the service. */
export interface Truth {
  /** Entity -> id -> live record with all fields, opened: a manager's first pull. */
  readonly live: ReadonlyMap<string, ReadonlyMap<string, Row>>;
  readonly stored: ReadonlyMap<string, StoredVersion>;
  readonly members: ReadonlyMap<
    string,
    { readonly role: Role; readonly status: string; readonly scopeVersion: string }
  >;
}

export interface StoredVersion {
  readonly entity: string;
  readonly id: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

/**
 * Reads under nobody's right but the superuser's; sensitive values come opened from the manager's own pull. Others may be
 * writing meanwhile, so it reads again until the tenant's clock says that nothing was committed between its reads.
 */
export async function readTruth(world: World): Promise<Truth> {
  for (;;) {
    const before = await readClock(world);
    const read = {
      live: await world.office.records(),
      stored: await readVersions(world),
      members: await readMembers(world),
    };
    if ((await readClock(world)) !== before) continue;
    comparePull(world, read);
    return read;
  }
}

function comparePull(world: World, { live, stored }: Truth): void {
  for (const [key, { entity, id, deletedAt }] of stored) {
    const isLive = live.get(entity)?.has(id) ?? false;
    if (isLive !== (deletedAt === null)) world.violation('I4', `a first pull ${isLive ? 'shows' : 'lacks'} ${key}`);
  }
}

async function readClock({ environment, tenantId }: World): Promise<string | undefined> {
  const { rows } = await environment.owner.pool.query<{ clock: string }>(
    'select clock from tenant_clocks where tenant_id = $1',
    [tenantId],
  );
  return rows[0]?.clock;
}

async function readVersions({ environment, deployed, tenantId }: World): Promise<Map<string, StoredVersion>> {
  const selects = Object.entries(deployed.domain.entities).map(
    ([name, { table }]) =>
      `select '${name}' as entity, id, updated_at as "updatedAt", deleted_at as "deletedAt" from ${table} where tenant_id = $1`,
  );
  const { rows } = await environment.owner.pool.query<StoredVersion>(selects.join(' union all '), [tenantId]);
  return new Map(rows.map((row) => [`${row.entity}/${row.id}`, row]));
}

export async function readMembers({ environment, tenantId }: World): Promise<Truth['members']> {
  const { rows } = await environment.owner.pool.query<{
    userId: string;
    role: Role;
    status: string;
    scopeVersion: string;
  }>(`select user_id as "userId", role, status, scope_version as "scopeVersion" from members where tenant_id = $1`, [
    tenantId,
  ]);
  return new Map(rows.map((row) => [row.userId, row]));
}

type Values = { readonly [field: string]: Json };

/**
 * What a member may see of all live records, in the words of the design and written down a second time: nothing here comes
 * from the domain's role table.
 */
export function visibleTo(truth: Pick<Truth, 'live' | 'members'>, person: Person): ReadonlyMap<string, Values> {
  const member = truth.members.get(person.userId);
  const seen = new Map<string, Values>();
  if (!member || member.status !== 'active') return seen;
  const show = (entity: string, row: Row, fields: readonly string[] | null = null): void => {
    seen.set(
      `${entity}/${row.id}`,
      fields === null ? row : Object.fromEntries(fields.map((field) => [field, row[field] ?? null])),
    );
  };
  const all = (entity: string): Row[] => [...(truth.live.get(entity)?.values() ?? [])];
  if (member.role === 'manager') {
    for (const [entity, rows] of truth.live) for (const row of rows.values()) show(entity, row);
    return seen;
  }
  const self = all('employee').find(({ userId }) => userId === person.userId);
  for (const row of all('team')) show('team', row);
  for (const row of all('service_type')) show('service_type', row);
  for (const row of all('employee'))
    show('employee', row, row.id === self?.id ? null : ['name', 'roleTitle', 'teamId']);
  if (self === undefined) return seen;
  const { teamId } = self;
  const tasks = all('task').filter(
    (task) => task['assignedEmployeeId'] === self.id || (teamId != null && task['teamId'] === teamId),
  );
  for (const task of tasks) show('task', task);
  const named = new Set(tasks.map((task) => task['clientId']));
  for (const row of all('client')) if (named.has(row.id)) show('client', row);
  for (const row of all('finance_entry')) {
    const kinds: Json[] = ['payrollEmployee', 'expenseOutOfPocket'];
    if (row['employeeId'] === self.id && kinds.includes(row['kind'] ?? null)) show('finance_entry', row);
  }
  return seen;
}
