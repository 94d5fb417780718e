import type { Conflict, ConflictsResponse, Domain, Json, QuarantineResponse } from '@backhaul/shared';
import { fieldKey, type Journal } from '../oracle/journal.ts';
import { isUnique } from '../plan/draw-value.ts';
import type { OfficeWrite } from '../plan/plan.ts';
import { pickOne, resolve } from './intent.ts';
import type { Row } from './local-state.ts';
import type { Person } from './people.ts';
import type { Instance } from './instance.ts';
import type { WorldClock } from './world-clock.ts';

export interface OfficeParts {
  readonly domain: Domain;
  readonly tenantId: string;
  readonly manager: Person;
  readonly people: readonly Person[];
  readonly instance: Instance;
  readonly journal: Journal;
  readonly clock: WorldClock;
  readonly deviceIdsOf: (device: number) => readonly string[];
  readonly ownerOf: (device: number) => Person;
}

export interface Answered<Body> {
  readonly status: number;
  readonly body: Body;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The first manager at a desk: generic routes, resolutions and members, over a line that never fails. */
export class Office {
  readonly #parts: OfficeParts;

  constructor(parts: OfficeParts) {
    this.#parts = parts;
  }

  /** `null`: the service died or lost its database before it answered, so that nobody knows whether it did it. */
  async call<Body>(method: Method, url: string, body?: object): Promise<Answered<Body> | null> {
    const { instance, manager, tenantId } = this.#parts;
    const headers = { authorization: `Bearer ${manager.token}`, 'x-tenant-id': tenantId };
    const response = await instance.ask({ method, url, headers, ...(body === undefined ? {} : { body }) });
    if (response === null || response.statusCode >= 500) return null;
    return { status: response.statusCode, body: response.json<Body>() };
  }

  /** Throws unless the answer is a success; asks again when the service died. */
  async get<Body>(url: string): Promise<Body> {
    for (;;) {
      const answer = await this.call<Body>('GET', url);
      if (answer === null) continue;
      if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    }
  }

  /** All live records that the manager sees, by entity and id. */
  async records(): Promise<Map<string, Map<string, Row>>> {
    const rows = new Map(Object.keys(this.#parts.domain.entities).map((name) => [name, new Map<string, Row>()]));
    const { changes } = await this.get<{ changes: { op: string; entity: string; entityId: string; payload: Row }[] }>(
      '/v1/sync/pull?limit=5000',
    );
    for (const { op, entity, entityId, payload } of changes) {
      if (op === 'upsert') rows.get(entity)?.set(entityId, payload);
    }
    return rows;
  }

  /** A first pull of any member; nothing for who is none any more. */
  async pullAs({ token }: Person): Promise<Map<string, Row>> {
    const { instance, tenantId } = this.#parts;
    const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId };
    const response = await instance.ask({ method: 'GET', url: '/v1/sync/pull?limit=5000', headers });
    if (response?.statusCode !== 200) return new Map();
    const { changes } = response.json<{ changes: { op: string; entity: string; entityId: string; payload: Row }[] }>();
    const live = changes.filter(({ op }) => op === 'upsert');
    return new Map(live.map(({ entity, entityId, payload }) => [`${entity}/${entityId}`, payload]));
  }

  async perform(write: OfficeWrite): Promise<void> {
    const { people, domain } = this.#parts;
    switch (write.kind) {
      case 'create': {
        const values = resolve(write.values, { rows: await this.records() });
        return this.#write('POST', write.entity, { id: write.id, values, body: { id: write.id, ...values } });
      }
      case 'patch':
        return this.#patch(write);
      case 'remove': {
        const row = pickRow(await this.records(), write.entity, write.pick);
        if (row) await this.#remove(write.entity, row.id);
        return;
      }
      case 'resolve':
        return this.#resolve(write);
      case 'role': {
        const person = people[write.person] as Person;
        person.limited = true;
        const answer = await this.call('PATCH', `/v1/members/${person.userId}`, { role: write.role });
        if (answer?.status === 200) person.role = write.role;
        return;
      }
      case 'status': {
        const person = people[write.person] as Person;
        person.limited = true;
        await this.call('PATCH', `/v1/members/${person.userId}`, { status: write.status });
        return;
      }
      case 'team': {
        const { employeeId } = people[write.person] as Person;
        const team = pickRow(await this.records(), 'team', write.pick);
        if (employeeId === null || team === null) return;
        const values = { teamId: team.id };
        return this.#write('PATCH', 'employee', { id: employeeId, values, body: values });
      }
      case 'link': {
        const { employeeId, userId } = people[write.person] as Person;
        if (employeeId === null || domain.memberScope.entity !== 'employee') return;
        const values = { userId: write.linked ? userId : null };
        return this.#write('PATCH', 'employee', { id: employeeId, values, body: values });
      }
      case 'dismissMember': {
        const person = people[write.person] as Person;
        person.limited = true;
        await this.call('DELETE', `/v1/members/${person.userId}`);
        return;
      }
      case 'inviteAgain': {
        const person = people[write.person] as Person;
        const { email, role, employeeId } = person;
        const body = { email, role, ...(employeeId === null ? {} : { employeeId }) };
        await this.call('POST', `/v1/tenants/${this.#parts.tenantId}/invite`, body);
        await this.#takeUp(person);
        return;
      }
      case 'decide': {
        const { quarantine } = await this.get<QuarantineResponse>('/v1/quarantine?status=waiting&limit=1000');
        const entry = pickOne(quarantine, write.pick);
        if (entry)
          await this.call('POST', `/v1/quarantine/${entry.id}/${write.how}`, write.how === 'apply' ? {} : undefined);
        return;
      }
      case 'revoke': {
        this.#parts.ownerOf(write.device).limited = true;
        for (const id of this.#parts.deviceIdsOf(write.device)) await this.call('DELETE', `/v1/devices/${id}`);
        return;
      }
    }
  }

  /** An invited person asks for their tenants, which takes the invite up and links the record that stands for them. */
  async #takeUp({ token, userId, employeeId }: Person): Promise<void> {
    const headers = { authorization: `Bearer ${token}` };
    await this.#parts.instance.ask({ method: 'GET', url: '/v1/tenants', headers });
    if (employeeId !== null) this.#typed('employee', employeeId, { userId }, { certain: false, withBase: false });
  }

  async #patch(write: Extract<OfficeWrite, { kind: 'patch' }>): Promise<void> {
    const rows = await this.records();
    const row = pickRow(rows, write.entity, write.pick);
    if (row === null) return;
    this.#saw(write.entity, row);
    const values = resolve(write.values, { rows });
    const base = write.withBase ? { baseUpdatedAt: row.updatedAt } : {};
    await this.#write('PATCH', write.entity, {
      id: row.id,
      values,
      body: { ...values, ...base },
      withBase: write.withBase,
    });
  }

  async #write(
    method: 'POST' | 'PATCH',
    entity: string,
    given: { id: string; values: { [field: string]: Json }; body: object; withBase?: boolean },
  ): Promise<void> {
    const { id, values, body, withBase = false } = given;
    const path = `/v1/${this.#path(entity)}${method === 'POST' ? '' : `/${id}`}`;
    const answer = await this.call(method, path, body);
    if (answer !== null && answer.status >= 300) return;
    const defaults = method === 'POST' ? this.#defaults(entity) : {};
    this.#typed(entity, id, { ...defaults, ...values }, { certain: answer !== null, withBase });
  }

  async #remove(entity: string, id: string): Promise<void> {
    const answer = await this.call('DELETE', `/v1/${this.#path(entity)}/${id}`);
    if (answer !== null && answer.status >= 300) return;
    this.#parts.journal.deleted({ author: 'office', entity, id, certain: answer !== null });
  }

  async #resolve({ pick, resolution, value }: Extract<OfficeWrite, { kind: 'resolve' }>): Promise<void> {
    const { conflicts } = await this.get<ConflictsResponse>('/v1/conflicts?status=open&limit=1000');
    const conflict = pickOne(conflicts, pick);
    if (conflict === null) return;
    const field = textField(this.#parts.domain, conflict);
    const asked = resolution === 'edit' && field === null ? 'keep' : resolution;
    const values = asked === 'edit' && field !== null ? { [field]: value } : {};
    const body = { resolution: asked, ...(asked === 'edit' ? { values } : {}) };
    const answer = await this.call('POST', `/v1/conflicts/${conflict.id}/resolve`, body);
    if (answer !== null && answer.status >= 300) return;
    const certain = answer !== null;
    const { entity, entityId: id } = conflict;
    if (asked === 'restore' && conflict.fields.includes('deletedAt')) {
      this.#parts.journal.deleted({ author: 'office', entity, id, certain });
    } else if (asked === 'restore') {
      const lost = (conflict.winner === 'client' ? conflict.server : conflict.client).values as {
        [field: string]: Json;
      };
      this.#typed(entity, id, lost, { certain, withBase: false });
    } else this.#typed(entity, id, values, { certain, withBase: false });
  }

  #typed(
    entity: string,
    id: string,
    values: { [field: string]: Json },
    how: { certain: boolean; withBase: boolean },
  ): void {
    const { journal, domain, clock } = this.#parts;
    const n = journal.next();
    for (const [field, value] of Object.entries(values)) {
      const unique = isUnique(domain, entity, field) && value !== null;
      const sees = how.withBase ? 'screen' : 'everything';
      journal.typed(
        {
          author: 'office',
          entity,
          id,
          field,
          value,
          at: clock.serverNow,
          exact: true,
          refusal: null,
          unique,
          certain: how.certain,
          sees,
        },
        n,
      );
    }
  }

  #saw(entity: string, row: Row): void {
    const { journal, domain } = this.#parts;
    const n = journal.next();
    for (const field of domain.entities[entity]?.fieldNames ?? []) {
      journal.saw('office', fieldKey(entity, row.id, field), row[field], n);
    }
  }

  #path(entity: string): string {
    return domainEntity(this.#parts.domain, entity).path;
  }

  #defaults(entity: string): { [field: string]: Json } {
    const fields = Object.entries(domainEntity(this.#parts.domain, entity).fields);
    return Object.fromEntries(
      fields.flatMap(([name, field]) =>
        'default' in field && field.default !== undefined ? [[name, field.default]] : [],
      ),
    );
  }
}

function domainEntity(domain: Domain, name: string) {
  const entity = domain.entities[name];
  if (!entity) throw new Error(`There is no ${name}`);
  return entity;
}

function pickRow(rows: ReadonlyMap<string, ReadonlyMap<string, Row>>, entity: string, pick: number): Row | null {
  return pickOne(
    [...(rows.get(entity)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1)),
    pick,
  );
}

/** A field of the conflict that takes any text. */
function textField(domain: Domain, { entity, fields }: Conflict): string | null {
  const declared = domain.entities[entity]?.fields ?? {};
  return fields.find((field) => declared[field]?.kind === 'text') ?? null;
}
