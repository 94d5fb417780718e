import type {
  AuditResponse,
  CreateTenantResponse,
  DevSignInResponse,
  PushChange,
  PushRejection,
  PushResponse,
  TenantsResponse,
} from '@backhaul/shared';
import { DEMO_BUSINESS_NAME, DEMO_SEED, type DemoBusiness, demoBusiness, demoId } from './demo-business.ts';
import { DEMO_EMPLOYEES, DEMO_MANAGER, type DemoPerson } from './demo-people.ts';
import { type PublicApi, PublicApiError, type PublicApiOptions, publicApi } from './public-api.ts';

export interface SeedDemoOptions {
  /** Where the service listens, without `/v1`: `http://127.0.0.1:3000`. */
  readonly url: string;
  /** See `demoBusiness`. */
  readonly seed?: number;
  /** The moment that tasks and money lie around, in this machine's time zone. Default: now. */
  readonly now?: Date;
  readonly fetch?: typeof fetch;
}

export interface SeededDemo {
  readonly tenantId: string;
  /** `false`: the business was complete already and nothing was written. */
  readonly seeded: boolean;
}

/** Changes that the service refused; the demo data and the service disagree. */
export class DemoRejectedError extends Error {
  override readonly name = 'DemoRejectedError';
  readonly rejected: readonly PushRejection[];

  constructor(rejected: readonly PushRejection[]) {
    const shown = rejected
      .slice(0, 5)
      .map(({ code, entity, fields }) => `${code} ${entity} ${fields.join(', ')}`.trim());
    super(`${rejected.length} demo changes were rejected: ${shown.join('; ')}`);
    this.rejected = rejected;
  }
}

/**
 * Loads the demo business into a running service that has the development sign-in, as its manager would: over HTTP and
 * through the public API alone. A business that is complete costs three small requests; one that a crash left half loaded is
 * completed, because every record has the same id each time.
 * Throws DemoRejectedError, PublicApiError, or what `fetch` throws.
 */
export async function seedDemo(options: SeedDemoOptions): Promise<SeededDemo> {
  const { url, seed = DEMO_SEED, now = new Date() } = options;
  const connection = { url, fetch: options.fetch ?? fetch };
  const manager = await signIn(connection, DEMO_MANAGER);
  const tenantId = (await findTenant(publicApi(manager))) ?? (await createTenant(publicApi(manager)));
  const deviceId = demoId(seed, `device:${tenantId}`);
  const headers = { ...manager.headers, 'x-tenant-id': tenantId, 'x-device-id': deviceId };
  const office: Office = { api: publicApi({ ...manager, headers }), tenantId, deviceId, at: now.toISOString() };
  const business = demoBusiness({ seed, today: localDate(now), utcOffset: -now.getTimezoneOffset() });
  if (await isComplete(office, business)) return { tenantId, seeded: false };

  const { teams, employees, serviceTypes, clients, tasks, financeEntries } = business;
  await pushAll(office, [
    ...creates(office, 'team', teams),
    ...creates(office, 'employee', employees),
    ...creates(office, 'service_type', serviceTypes),
    ...creates(office, 'client', clients),
  ]);
  for (const person of DEMO_EMPLOYEES) await addMember(office, connection, { person, business });
  // Last of all, because the last of these records says that nothing is missing.
  await pushAll(office, [...creates(office, 'task', tasks), ...creates(office, 'finance_entry', financeEntries)]);
  return { tenantId, seeded: true };
}

interface Office {
  readonly api: PublicApi;
  readonly tenantId: string;
  readonly deviceId: string;
  /** When all the edits were made, ISO-8601 UTC. */
  readonly at: string;
}

type Connection = Pick<PublicApiOptions, 'url' | 'fetch'>;

const BATCH = 500;

async function signIn(connection: Connection, person: DemoPerson): Promise<PublicApiOptions> {
  const { token } = await publicApi(connection).call<DevSignInResponse>('POST', '/dev/sign-in', { ...person });
  return { ...connection, headers: { authorization: `Bearer ${token}` } };
}

async function findTenant(manager: PublicApi): Promise<string | null> {
  const { tenants } = await manager.call<TenantsResponse>('GET', '/v1/tenants');
  return tenants.find(({ name, role }) => name === DEMO_BUSINESS_NAME && role === 'manager')?.id ?? null;
}

async function createTenant(manager: PublicApi): Promise<string> {
  return (await manager.call<CreateTenantResponse>('POST', '/v1/tenants', { name: DEMO_BUSINESS_NAME })).id;
}

/** Asks the audit log, which keeps what people have deleted since. */
async function isComplete({ api }: Office, { financeEntries }: DemoBusiness): Promise<boolean> {
  const last = financeEntries.at(-1)?.id ?? '';
  const query = new URLSearchParams({ entity: 'finance_entry', entityId: last, limit: '1' });
  return (await api.call<AuditResponse>('GET', `/v1/audit?${query.toString()}`)).audit.length > 0;
}

/** Without change ids: the service derives them, and a record that is there already merges with what is sent again. */
function creates(
  { at }: Office,
  entity: string,
  records: readonly ({ readonly id: string } & object)[],
): readonly PushChange[] {
  return records.map(({ id: entityId, ...payload }) => ({
    op: 'upsert',
    entity,
    entityId,
    clientUpdatedAt: at,
    baseUpdatedAt: null,
    payload,
  }));
}

async function pushAll({ api, deviceId }: Office, changes: readonly PushChange[]): Promise<void> {
  for (let start = 0; start < changes.length; start += BATCH) {
    const batch = changes.slice(start, start + BATCH);
    const { rejected } = await api.call<PushResponse>('POST', '/v1/sync/push', { deviceId, changes: batch });
    if (rejected.length > 0) throw new DemoRejectedError(rejected);
  }
}

/** Invites somebody as the employee of the same name, and takes the invite up for them. */
async function addMember(
  { api, tenantId }: Office,
  connection: Connection,
  { person, business }: { person: DemoPerson; business: DemoBusiness },
): Promise<void> {
  const employeeId = business.employees.find(({ name }) => name === person.name)?.id;
  try {
    const invite = { email: person.email, role: 'employee', employeeId };
    await api.call('POST', `/v1/tenants/${tenantId}/invite`, invite);
  } catch (error) {
    // An earlier start came this far.
    if (!(error instanceof PublicApiError && (error.code === 'INVITE_PENDING' || error.code === 'ALREADY_MEMBER'))) {
      throw error;
    }
  }
  await publicApi(await signIn(connection, person)).call('GET', '/v1/tenants');
}

/** `YYYY-MM-DD` on this machine's calendar. */
function localDate(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
