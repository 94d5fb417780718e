import type {
  AuditResponse,
  Conflict,
  ConflictsResponse,
  Json,
  ResolveResponse,
  TenantsResponse,
} from '@backhaul/shared';
import { DEMO_EMPLOYEES, DEMO_MANAGER, type DemoPerson } from '@backhaul/server/demo';
import { type DemoDevice, openDevice } from './demo-device.ts';
import { compareRecords, type Comparison, type Records, recordsOnDevice, recordsOnServer } from './records.ts';
import type { DemoReport, DeviceFacts, OutcomeFacts, RejectionFacts, RestoreFacts, RoundFacts } from './report.ts';
import type { DemoService } from './start-demo-service.ts';
import { type Edit, makeEdits, type Round, tellStory } from './story.ts';

/** Told as it happens, so that a person can follow. */
export interface DemoListener {
  started?(business: DemoReport['business']): void;
  synced?(devices: readonly DeviceFacts[]): void;
  roundDone?(round: RoundFacts, number: number): void;
}

/** Plays the whole story against a running service. */
export async function runDemo(service: DemoService, listener: DemoListener): Promise<DemoReport> {
  const began = performance.now();
  const ana = DEMO_EMPLOYEES[0] as DemoPerson;
  const office = await openDevice(service, 'Office', DEMO_MANAGER);
  const tablet = await openDevice(service, 'Tablet', DEMO_MANAGER);
  const phone = await openDevice(service, 'Phone', ana);
  const devices = [office, tablet, phone];
  try {
    const server = await recordsOnServer(office);
    const business = { records: server.size, startedIn: service.startedIn, seededIn: service.seededIn };
    listener.started?.(business);
    const facts: DeviceFacts[] = [];
    for (const device of devices) facts.push(await firstSync(device, service.tenantId));
    listener.synced?.(facts);

    const rounds: RoundFacts[] = [];
    const story = await tellStory(office, phone);
    for (const round of story) {
      rounds.push(await playRound(devices, [office, phone], round));
      listener.roundDone?.(rounds.at(-1) as RoundFacts, rounds.length);
    }

    const edits = story.flatMap((round) => round.edits);
    const rejections = await rejectionsOn(phone, edits);
    const restored = await restoreNote(office, devices, edits);
    const comparisons = await compareAll(office, tablet, phone);
    return {
      business,
      devices: facts,
      rounds,
      conflicts: (await office.api.call<ConflictsResponse>('GET', '/v1/conflicts')).conflicts,
      rejections,
      audit: await auditTrail(office, edits),
      restored,
      comparisons,
      equal:
        comparisons.every(({ differences }) => differences.length === 0) &&
        Object.values(restored.seen).every((value) => value === restored.value),
      milliseconds: performance.now() - began + service.startedIn + service.seededIn,
    };
  } finally {
    for (const device of devices) await device.db.sync.close();
  }
}

async function firstSync(device: DemoDevice, tenantId: string): Promise<DeviceFacts> {
  const began = performance.now();
  await device.sync();
  const milliseconds = performance.now() - began;
  const counts: { [entity: string]: number } = {};
  for (const record of (await recordsOnDevice(device)).keys()) {
    const entity = record.split('/')[0] as string;
    counts[entity] = (counts[entity] ?? 0) + 1;
  }
  const { tenants } = await device.api.call<TenantsResponse>('GET', '/v1/tenants');
  const role = tenants.find(({ id }) => id === tenantId)?.role ?? 'nobody';
  return { name: device.name, person: device.person.name, role, milliseconds, counts };
}

async function playRound(
  all: readonly DemoDevice[],
  [office, field]: readonly [DemoDevice, DemoDevice],
  round: Round,
): Promise<RoundFacts> {
  const players = [office, field];
  for (const device of players) device.setOnline(false);
  await makeEdits(players, round);
  const waiting: { [device: string]: { pending: number; error: string | null } } = {};
  for (const { name, db } of players) {
    const { error, status } = await db.sync.now();
    waiting[name] = { pending: status.pending, error: error?.code ?? null };
  }
  for (const name of round.order) {
    const device = players.find((player) => player.name === name) as DemoDevice;
    device.setOnline(true);
    await device.sync();
  }
  // Whoever came first hears now what came after.
  for (const device of all) await device.sync();
  return { ...round, waiting, outcomes: outcomesOf(round, await recordsOnServer(office)) };
}

function outcomesOf({ edits }: Round, server: Records): OutcomeFacts[] {
  const outcomes = new Map<string, OutcomeFacts>();
  for (const { device, op, entity, id, title, values } of edits) {
    const record = server.get(`${entity}/${id}`);
    const written = op === 'update' ? values : { '(record)': op === 'add' ? 'new' : 'deleted' };
    for (const [field, value] of Object.entries(written)) {
      const now = field === '(record)' ? (record ? 'there' : 'deleted') : (record?.[field] ?? null);
      const others = outcomes.get(`${id}/${field}`)?.written;
      outcomes.set(`${id}/${field}`, { title, field, written: { ...others, [device]: value }, now });
    }
  }
  return [...outcomes.values()];
}

async function rejectionsOn({ name, db }: DemoDevice, edits: readonly Edit[]): Promise<RejectionFacts[]> {
  const rejected = await db.rejected.toArray();
  return Promise.all(
    rejected.map(async ({ entity, entityId, code, message, fields, payload }) => {
      const row = (await db.table(entity === 'task' ? 'tasks' : 'financeEntries').get(entityId)) as
        | { [field: string]: Json }
        | undefined;
      const shown = Object.fromEntries(Object.keys(payload).map((field) => [field, row?.[field] ?? null]));
      return { device: name, title: titleOf(edits, entityId), code, message, fields, kept: payload, shown };
    }),
  );
}

/** The manager puts back the note that lost, and every device hears of it. */
async function restoreNote(
  office: DemoDevice,
  devices: readonly DemoDevice[],
  edits: readonly Edit[],
): Promise<RestoreFacts> {
  const { conflicts } = await office.api.call<ConflictsResponse>('GET', '/v1/conflicts?status=open');
  const conflict = conflicts.find(({ fields }) => fields.length === 1 && fields[0] === 'notes') as Conflict;
  const field = 'notes';
  const [won, lost] =
    conflict.winner === 'client' ? [conflict.client, conflict.server] : [conflict.server, conflict.client];
  const resolution = { resolution: 'restore' };
  await office.api.call<ResolveResponse>('POST', `/v1/conflicts/${conflict.id}/resolve`, resolution);
  const seen: { [device: string]: Json } = {};
  for (const device of devices) {
    await device.sync();
    seen[device.name] = (await device.db.tasks.get(conflict.entityId))?.notes ?? null;
  }
  return {
    conflictId: conflict.id,
    title: titleOf(edits, conflict.entityId),
    field,
    before: won.values[field] as Json,
    value: lost.values[field] as Json,
    seen,
  };
}

async function compareAll(office: DemoDevice, tablet: DemoDevice, phone: DemoDevice): Promise<Comparison[]> {
  const onOffice = [office.name, await recordsOnDevice(office)] as const;
  const onTablet = [tablet.name, await recordsOnDevice(tablet)] as const;
  const forManager = ['Server, for a manager', await recordsOnServer(office)] as const;
  return [
    compareRecords(onOffice, forManager),
    compareRecords(onTablet, forManager),
    compareRecords(onOffice, onTablet),
    compareRecords(
      [phone.name, await recordsOnDevice(phone)],
      [`Server, for ${phone.person.name}`, await recordsOnServer(phone)],
    ),
  ];
}

async function auditTrail(office: DemoDevice, edits: readonly Edit[]): Promise<DemoReport['audit']> {
  const touched = new Map(edits.map(({ entity, id, title }) => [id, { entity, title }]));
  const trails = await Promise.all(
    [...touched].map(async ([entityId, { entity, title }]) => {
      const query = new URLSearchParams({ entity, entityId }).toString();
      const { audit } = await office.api.call<AuditResponse>('GET', `/v1/audit?${query}`);
      return audit.map((entry) => ({ ...entry, title }));
    }),
  );
  return trails.flat();
}

function titleOf(edits: readonly Edit[], id: string): string {
  return edits.find((edit) => edit.id === id)?.title ?? id;
}
