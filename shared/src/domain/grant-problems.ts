import type { Domain } from './define-domain.ts';
import type { Entity } from './define-entity.ts';
import {
  allowsField,
  type EntityAccess,
  type Grant,
  type NamedRows,
  type OwnedRows,
  ROLES,
  type Role,
} from './roles.ts';
import { keyRules, namedRules, ownedRules, readGrants } from './scope-keys.ts';

/** What is wrong with the grants of a domain: what they name, and what the service could not keep in step. */
export function* findGrantProblems(domain: Domain): Iterable<string> {
  const entities = new Map(Object.entries(domain.entities));
  for (const role of ROLES) {
    for (const [name, access] of Object.entries(domain.roles[role])) {
      const entity = entities.get(name);
      const place = `${role} x ${name}`;
      for (const [action, grants] of Object.entries(access) as [keyof EntityAccess, readonly Grant[]][]) {
        for (const grant of grants) {
          yield* fieldProblems(place, entity, grant);
          for (const { key } of keyRules(grant)) {
            if (!Object.hasOwn(domain.memberScope.keys, key))
              yield `${place} selects rows by ${key}, which is no scope key`;
          }
          for (const rule of ownedRules([grant])) yield* ownedProblems(domain, { role, action, entity, place }, rule);
          if (ownedRules([grant]).length > 0 && grant.where !== undefined) {
            yield `${place}: a grant of rows that belong to other records can have no where`;
          }
          const rules = namedRules([grant]);
          if (rules.length === 0) continue;
          if (action !== 'read') yield `${place}: rows that other records name may be read, not more`;
          // Whoever holds a name would have to be found for every row that comes to meet the limit or no longer does.
          if (grant.where !== undefined) yield `${place}: a grant of rows that other records name can have no where`;
          for (const rule of rules) yield* namedProblems(domain, { role, name, place }, rule);
        }
      }
    }
  }
}

/** A key is found again by its name and value, `employee:<id>`, and its value is an id of PostgreSQL. */
export function* findKeyProblems({ entities, memberScope }: Domain): Iterable<string> {
  const fields = new Map(Object.entries(new Map(Object.entries(entities)).get(memberScope.entity)?.fields ?? {}));
  for (const [key, field] of Object.entries(memberScope.keys)) {
    if (!/^\w+$/.test(key)) yield `memberScope has the key ${key}, which is no plain name`;
    const kind = fields.get(field)?.kind;
    if (kind !== undefined && kind !== 'reference' && kind !== 'id') {
      yield `memberScope takes the key ${key} from ${field}, which is no id`;
    }
  }
}

function* fieldProblems(place: string, entity: Entity | undefined, grant: Grant): Iterable<string> {
  const matched = keyRules(grant)
    .map(({ field }) => field)
    .filter((field) => field !== 'id');
  const limited = Object.keys(grant.where ?? {});
  for (const field of [...matched, ...limited, ...(grant.fields === 'all' ? [] : grant.fields)]) {
    if (!entity?.fields[field]) yield `${place} names the field ${field}`;
  }
  for (const field of [...matched, ...limited]) {
    if (entity?.fields[field]?.sensitive) yield `${place} selects rows by sealed ${field}`;
  }
  for (const field of matched) {
    const kind = entity?.fields[field]?.kind;
    if (kind !== undefined && kind !== 'reference' && kind !== 'id') {
      yield `${place} selects rows by ${field}, which is no id`;
    }
  }
  for (const field of limited) {
    const kind = entity?.fields[field]?.kind;
    if (kind !== undefined && kind !== 'enum' && kind !== 'text') {
      yield `${place} selects rows by ${field}, which is neither an enum nor a text`;
    }
  }
}

function* ownedProblems(
  domain: Domain,
  {
    role,
    action,
    entity,
    place,
  }: {
    readonly role: Role;
    readonly action: keyof EntityAccess;
    readonly entity: Entity | undefined;
    readonly place: string;
  },
  { owner, where }: OwnedRows,
): Iterable<string> {
  const type = entity?.ownedBy && entity.fields[entity.ownedBy.type];
  if (type?.kind !== 'enum' || !type.values.includes(owner))
    yield `${place} is seen with ${owner}, which owns none of it`;
  if (action !== 'read' && action !== 'create')
    yield `${place}: rows that belong to others may be read and added, not more`;
  // Whoever reads the owner would have to be found anew for every value that comes and goes.
  if (action === 'read' && where !== undefined)
    yield `${place} is seen with some of ${owner} only, which is for adding`;
  for (const field of Object.keys(where ?? {})) {
    if (!new Map(Object.entries(domain.entities)).get(owner)?.fields[field]) yield `${place} limits ${owner}.${field}`;
  }
  const grants = readGrants(domain, role, owner);
  if (namedRules(grants).length + ownedRules(grants).length > 0) {
    yield `${place} is seen with ${owner}, which is itself seen via others: scopes are derived in one step, without chains and circles`;
  }
}

function* namedProblems(
  domain: Domain,
  { role, name, place }: { readonly role: Role; readonly name: string; readonly place: string },
  { via, field }: NamedRows,
): Iterable<string> {
  const entity = new Map(Object.entries(domain.entities)).get(via);
  if (!entity) return yield `${place} is seen via ${via}, which is not declared`;
  const declared = entity.fields[field];
  if (declared?.kind !== 'reference' || declared.entity !== name) {
    yield `${place} is seen via ${via}.${field}, which is no reference to ${name}`;
  }
  const grants = readGrants(domain, role, via);
  if (namedRules(grants).length > 0) {
    yield `${place} is seen via ${via}, which is itself seen via others: scopes are derived in one step, without chains and circles`;
  }
  if (grants.some((grant) => !allowsField(grant, field))) {
    yield `${place} is seen via ${via}.${field}, which the role may not always read`;
  }
}
