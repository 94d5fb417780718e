import { defaultOf } from './default-of.ts';
import type { Entity } from './define-entity.ts';
import { findGrantProblems, findKeyProblems } from './grant-problems.ts';
import { findLabelProblems, type Labels } from './labels.ts';
import type { RoleTable } from './roles.ts';
import { parseField } from './parse-field.ts';

/**
 * Where a member's scope keys come from: the live record of `entity` whose `userField` is the member's user id.
 * `keys` maps each key to the field that holds it (`id` for the record itself).
 */
export interface MemberScope {
  readonly entity: string;
  readonly userField: string;
  readonly keys: { readonly [key: string]: string };
}

export type Entities = { readonly [name: string]: Entity };

/** What a device needs of a domain: its records. Who may do what to them is the service's business. */
export interface ClientDomain<Es extends Entities = Entities> {
  readonly name: string;
  /** Raised with every change of the records that a client could notice, 1 or more. See `compareDomains`. */
  readonly schemaVersion: number;
  readonly entities: Es;
  /** What is sent to people outside: the path of its route, `POST /v1/<path>/:id/send`, and the entity. */
  readonly sends?: { readonly [path: string]: Extract<keyof Es, string> };
}

export interface Domain<Es extends Entities = Entities> extends ClientDomain<Es> {
  readonly memberScope: MemberScope;
  readonly roles: RoleTable<Extract<keyof Es, string>>;
  /** For sentences that people read; English is derived from the names without them. */
  readonly labels?: NoInfer<Labels<Es>>;
}

/**
 * Declares a domain. Everything else is derived from it: wire validation, OpenAPI, types, SDK stores, routes, permission
 * tests. Throws when a reference, a grant or the member scope names what does not exist: such a domain must not start.
 */
export function defineDomain<const Es extends Entities>(domain: Domain<Es>): Domain<Es> {
  const problems = [...findProblems(domain)];
  if (problems.length > 0) throw new Error(`Domain ${domain.name}: ${problems.join('; ')}`);
  return domain;
}

export function entityOf(domain: ClientDomain, name: string): Entity | null {
  return Object.hasOwn(domain.entities, name) ? (domain.entities[name] as Entity) : null;
}

function* findProblems(domain: Domain): Iterable<string> {
  if (!Number.isInteger(domain.schemaVersion) || domain.schemaVersion < 1) {
    yield `schemaVersion is ${domain.schemaVersion}, and must be a whole number from 1 on`;
  }
  for (const [name, entity] of Object.entries(domain.entities)) {
    yield* findOwnerProblems(domain, name, entity);
    for (const [fieldName, field] of Object.entries(entity.fields)) {
      if (field.kind === 'reference' && !entityOf(domain, field.entity)) {
        yield `${name}.${fieldName} refers to ${field.entity}, which is not declared`;
      }
      if (field.sensitive && (field.uniqueLive || field.kind === 'reference')) {
        yield `${name}.${fieldName} is sealed, so it can be neither unique nor a reference`;
      }
      const preset = defaultOf(field);
      if (preset !== undefined && !parseField(field, preset).ok) {
        yield `${name}.${fieldName} has a default that it would not take`;
      }
    }
  }
  yield* findGrantProblems(domain);
  yield* findKeyProblems(domain);
  for (const [path, entity] of Object.entries(domain.sends ?? {})) {
    if (!entityOf(domain, entity)) yield `sends.${path} names ${entity}, which is not declared`;
  }
  const { entity, userField, keys } = domain.memberScope;
  for (const field of [userField, ...Object.values(keys)]) {
    if (field !== 'id' && !entityOf(domain, entity)?.fields[field]) yield `memberScope names ${entity}.${field}`;
  }
  yield* findLabelProblems(domain);
}

function* findOwnerProblems(domain: Domain, name: string, { ownedBy, fields, writer }: Entity): Iterable<string> {
  if (!ownedBy) return;
  const type = fields[ownedBy.type];
  // A device could move a record from one owner to another, and nobody would be told that it left their sight.
  if (writer !== 'server') yield `${name} belongs to other records, so only the service may write it`;
  if (type?.kind !== 'enum' || type.sensitive || !type.required)
    yield `${name}.${ownedBy.type} is no required enum of owners`;
  else {
    for (const owner of type.values) {
      if (!entityOf(domain, owner)) yield `${name} belongs to ${owner}, which is not declared`;
      const link = ownedBy.links?.[owner];
      if (link !== undefined && entityOf(domain, owner)?.fields[link]?.kind !== 'id') {
        yield `${owner}.${link} is to name its ${name}, and is no id`;
      }
    }
  }
  if (fields[ownedBy.id]?.kind !== 'id' || !fields[ownedBy.id]?.required)
    yield `${name}.${ownedBy.id} is no required id`;
}
