import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { type Cast, type FileName, PEOPLE, type Person, RECORDS } from './cast.ts';
import type { PlannedChange, PlannedValue, Step } from './history.ts';
import { type Answered, type Call, type Party, personOn } from './party.ts';

/** Everything that a party has answered in a history, and what it holds at its end. */
export interface Transcript {
  readonly answers: readonly Answered[];
  /** What a new device of each person pulls. */
  readonly views: readonly Answered[];
  readonly conflicts: readonly object[];
}

interface Memory {
  /** Device and record -> the versions that the device has heard of, oldest first. */
  readonly versions: Map<string, string[]>;
  /** Device -> the cursors that it was given. */
  readonly cursors: Map<number, string[]>;
  readonly sent: object[];
  /** Of all messages that were answered. */
  readonly notificationIds: Set<string>;
  /** Where the last announcement may put its bytes. */
  upload: { readonly uploadUrl: string; readonly headers: { readonly [name: string]: string } } | null;
}

/**
 * Runs a history against one party. `ids`: of changes, in the order in which they are needed; both parties are given the
 * same.
 */
export async function runHistory(
  party: Party,
  { cast, steps, ids }: { readonly cast: Cast; readonly steps: readonly Step[]; readonly ids: () => string },
): Promise<Transcript> {
  const memory: Memory = {
    versions: new Map(),
    cursors: new Map(),
    sent: [],
    notificationIds: new Set(),
    upload: null,
  };
  const answers: Answered[] = [];
  for (const step of steps) {
    const answered = await take(party, { cast, memory, ids }, step);
    if (answered) answers.push(answered);
  }
  const views: Answered[] = [];
  for (const person of PEOPLE) {
    views.push(await party.call({ person, device: cast.viewers[person] }, pullCall(null, 5000)));
  }
  return { answers, views, conflicts: await party.conflicts() };
}

interface Parts {
  readonly cast: Cast;
  readonly memory: Memory;
  readonly ids: () => string;
}

async function take(party: Party, parts: Parts, step: Step): Promise<Answered | null> {
  const { cast, memory } = parts;
  if (step.kind === 'member') {
    const { person, change } = step;
    await party.changeMember(
      person,
      change === 'manager' || change === 'employee' ? { role: change } : { status: change },
    );
    return null;
  }
  if (step.kind === 'upload') {
    if (memory.upload === null) return null;
    const { uploadUrl, headers } = memory.upload;
    return party.exchange(uploadUrl, { method: 'PUT', headers: { ...headers, ...step.headers }, text: step.text });
  }
  if (step.kind === 'deliver') {
    await party.deliver([...memory.notificationIds]);
    return null;
  }
  const { device } = step;
  const as = { person: personOn(device), device: cast.devices[device] as string };
  switch (step.kind) {
    case 'push': {
      const changes = step.changes.map((change) => wireChange(parts, device, change));
      memory.sent.push(...changes);
      return learn(memory, device, await party.call(as, pushCall(as.device, changes)));
    }
    case 'repeat': {
      const changes = step.picks.flatMap((pick) => memory.sent[pick % Math.max(1, memory.sent.length)] ?? []);
      const sent = step.alter ? changes.map((change) => ({ ...change, clientUpdatedAt: timeOf(5000) })) : changes;
      return learn(memory, device, await party.call(as, pushCall(as.device, sent)));
    }
    case 'pull':
      return learn(memory, device, await party.call(as, pullCall(cursorFor(memory, device, step.from), step.limit)));
    case 'revoke':
      return party.call(
        { person: 'marta', device: cast.devices[0] as string },
        { method: 'DELETE', path: `/v1/devices/${as.device}` },
      );
    case 'escrow': {
      const body = { deviceId: as.device, reason: 'revoked', changes: [] };
      return party.call(as, { method: 'POST', path: '/v1/escrow', body });
    }
    case 'announce':
      return announce(party, parts, { as, step });
    case 'complete': {
      const body = { attachmentId: cast.files[step.file] };
      return party.call(as, { method: 'POST', path: '/v1/attachments/complete', body });
    }
    case 'erase':
      return party.call(as, { method: 'DELETE', path: `/v1/attachments/${cast.files[step.file]}` });
    case 'download': {
      const path = `/v1/attachments/${cast.files[step.file]}/presign`;
      const answered = await party.call(as, { method: 'GET', path });
      if (answered.status !== 200) return answered;
      const { downloadUrl } = answered.body as { downloadUrl: string };
      const got = await party.exchange(downloadUrl, { method: 'GET', headers: {}, text: '' });
      return { ...answered, body: [answered.body, got] };
    }
    case 'send': {
      const path = `/v1/invoices/${cast.records[step.record]}/send`;
      const body = mapValues(step.request, (value) => wireValue(cast, value));
      const answered = await party.call(as, { method: 'POST', path, body });
      const { notificationIds = [] } = answered.body as { notificationIds?: readonly string[] };
      for (const id of notificationIds) memory.notificationIds.add(id);
      return answered;
    }
    case 'other':
      return otherCall(party, parts, { as, what: step.what });
  }
}

async function announce(
  party: Party,
  { cast, memory }: Parts,
  { as, step }: { readonly as: Parameters<Party['call']>[0]; readonly step: Step & { kind: 'announce' } },
): Promise<Answered> {
  const { owner, text, raw } = step.facts;
  const body = {
    attachmentId: cast.files[step.file],
    ownerType: RECORDS[owner],
    ownerId: cast.records[owner],
    mimeType: 'text/plain',
    size: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    ...raw,
  };
  const answered = await party.call(as, { method: 'POST', path: '/v1/attachments/presign', body });
  if (answered.status === 200) memory.upload = answered.body as Memory['upload'];
  return answered;
}

async function otherCall(
  party: Party,
  { cast }: Parts,
  {
    as,
    what,
  }: {
    readonly as: { readonly person: Person; readonly device: string };
    readonly what: (Step & { kind: 'other' })['what'];
  },
): Promise<Answered> {
  switch (what) {
    case 'tenants': {
      const { status, body } = await party.call(as, { method: 'GET', path: '/v1/tenants' });
      const { tenants } = body as { tenants: readonly { id: string; role: string; status: string }[] };
      // The service knows the person's other tenants, and names them.
      const own = tenants
        .filter(({ id }) => id === cast.tenantId)
        .map(({ id, role, status: standing }) => ({ id, role, standing }));
      return { status, body: own };
    }
    case 'devices': {
      const { status, body } = await party.call(as, { method: 'GET', path: '/v1/devices' });
      if (status !== 200) return { status, body };
      const { devices } = body as {
        devices: readonly { id: string; userId: string; status: string; clockOffset: number | null }[];
      };
      const told = devices.map(({ id, userId, status: standing }) => ({ id, userId, standing }));
      return {
        status,
        body: told.filter(({ id }) => cast.devices.includes(id)).sort((a, b) => (a.id < b.id ? -1 : 1)),
      };
    }
    case 'otherTenant':
      return party.call(as, { ...pullCall(null, 5), tenantId: '018f0000-0000-7000-8000-00000000ffff' });
    case 'foreignDevice': {
      const person = as.person === 'marta' ? 'ana' : 'marta';
      return party.call({ person, device: as.device }, pullCall(null, 5));
    }
    case 'noSuchRoute':
      return party.call(as, { method: 'GET', path: '/v1/sync/nothing' });
    case 'tooMany':
      return party.call(
        as,
        pushCall(
          as.device,
          Array.from({ length: 1001 }, () => ({})),
        ),
      );
    case 'activate':
      return party.call(as, {
        method: 'POST',
        path: `/v1/tenants/${cast.tenantId}/activate`,
        body: { deviceId: as.device, platform: 'test' },
      });
  }
}

function wireChange({ cast, memory, ids }: Parts, device: number, planned: PlannedChange): object {
  const { record, op, base, payload, at, clockOffset, raw = {} } = planned;
  const versions = memory.versions.get(`${device} ${cast.records[record]}`) ?? [];
  const stated = {
    known: versions.at(-1) ?? null,
    first: versions[0] ?? null,
    create: null,
    ahead: '2100-01-01T00:00:00.000000Z',
  };
  const change: { [member: string]: unknown } = {
    changeId: ids(),
    op,
    entity: RECORDS[record],
    entityId: cast.records[record],
    clientUpdatedAt: timeOf(at),
    ...(clockOffset === undefined ? {} : { clockOffset }),
    ...(base === 'unstated' ? {} : { baseUpdatedAt: stated[base] }),
    ...(op === 'delete' ? {} : { payload: mapValues(payload, (value) => wireValue(cast, value)) }),
    ...raw,
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function wireValue(cast: Cast, value: PlannedValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => wireValue(cast, one));
  if ('record' in value) return cast.records[(value as { record: keyof Cast['records'] }).record];
  if ('file' in value) return cast.files[(value as { file: FileName }).file];
  if ('user' in value) return cast.users[(value as { user: Person }).user];
  return mapValues(value, (one) => wireValue(cast, one));
}

function learn(memory: Memory, device: number, answered: Answered): Answered {
  const {
    results = [],
    changes = [],
    nextCursor,
  } = answered.body as {
    results?: { entityId: string | null; updatedAt: string | null }[];
    changes?: { entityId: string; updatedAt: string }[];
    nextCursor?: string;
  };
  for (const { entityId, updatedAt } of [...results, ...changes]) {
    if (updatedAt === null) continue;
    const key = `${device} ${entityId}`;
    memory.versions.set(key, [...(memory.versions.get(key) ?? []), updatedAt].sort());
  }
  if (nextCursor !== undefined) memory.cursors.set(device, [...(memory.cursors.get(device) ?? []), nextCursor]);
  return answered;
}

function cursorFor({ cursors }: Memory, device: number, from: (Step & { kind: 'pull' })['from']): string | null {
  const given = cursors.get(device) ?? [];
  switch (from) {
    case 'start':
      return null;
    case 'cursor':
      return given.at(-1) ?? null;
    case 'earlier':
      return given[Math.floor(given.length / 2)] ?? null;
    case 'ahead':
      return '2100-01-01T00:00:00.000000Z';
    case 'garbage':
      return 'yesterday';
  }
}

function pushCall(deviceId: string, changes: readonly object[]): Call {
  return { method: 'POST', path: '/v1/sync/push', body: { deviceId, changes, device: { pending: changes.length } } };
}

function pullCall(since: string | null, limit: number): Call {
  const query = new URLSearchParams({ limit: `${limit}`, ...(since === null ? {} : { since }) });
  return { method: 'GET', path: `/v1/sync/pull?${query}` };
}

function timeOf(seconds: number): string {
  const year = seconds < 0 ? '2100' : '2026';
  return new Date(Date.parse(`${year}-01-01T00:00:00.000Z`) + Math.abs(seconds) * 1000).toISOString();
}

function mapValues(values: object, map: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, map(value)]));
}

/** The same new ids for every party: one list that each reads from its beginning. */
export function sharedIds(): () => () => string {
  const made: string[] = [];
  return () => {
    let next = 0;
    return () => {
      made[next] ??= v7();
      return made[next++] as string;
    };
  };
}
