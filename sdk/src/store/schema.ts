import type { ClientDomain, Entity } from '@backhaul/shared';

/** Stores of the engine itself; `rejected`, `conflicts` and `sends` may be read by apps. */
export const OUTBOX = '_outbox';
export const COPIES = '_copies';
export const MEMORY = '_memory';
export const STAGED = '_staged';
export const ESCROW = '_escrow';
export const REJECTED = 'rejected';
export const CONFLICTS = 'conflicts';
export const SENDS = 'sends';
/** What apps call the outbox. */
export const PENDING = 'pending';
export const FILES = '_files';
export const BYTES = '_bytes';

/** The entity whose records are files, in a domain that has any. */
export const ATTACHMENT = 'attachment';

/** No store: in its list of stores, a transaction asks the middleware not to wait for the disk. Dexie itself knows no such thing. */
export const RELAXED = '~relaxed';

/** Local writes go through these, whatever else a transaction names. */
export const QUEUEING_STORES: readonly string[] = [OUTBOX, COPIES, MEMORY];

const ENGINE_STORES: { readonly [store: string]: string } = {
  [OUTBOX]: '++seq, [entity+entityId], held.notBefore',
  [COPIES]: '[entity+entityId], entity',
  [MEMORY]: 'key',
  [STAGED]: '[entity+entityId], entity',
  [ESCROW]: 'id',
  [REJECTED]: 'changeId, [entity+entityId], at',
  [CONFLICTS]: 'id, [entity+entityId], at',
  [FILES]: 'id, state.kind',
  [BYTES]: 'id',
  [SENDS]: 'id, [entity+entityId], state, at',
};

export const ENGINE_STORE_NAMES: readonly string[] = Object.keys(ENGINE_STORES);

/** One local table: its declared entity under the entity's wire name. */
export interface EntityStore {
  readonly entityName: string;
  readonly entity: Entity;
  readonly store: string;
}

export function entityStores(domain: ClientDomain): readonly EntityStore[] {
  return Object.entries(domain.entities).map(([entityName, entity]) => ({
    entityName,
    entity,
    store: entity.collection,
  }));
}

/** Dexie's store declarations: every reference, date and enum field is an index. */
export function dexieStores(domain: ClientDomain): { [store: string]: string } {
  const own = entityStores(domain).map(({ store, entity }) => [
    store,
    ['id', 'updatedAt', ...indexes(entity)].join(', '),
  ]);
  return { ...Object.fromEntries(own), ...ENGINE_STORES };
}

/** Changes exactly when a field or an entity comes or goes. */
export function declarationText(domain: ClientDomain): string {
  return entityStores(domain)
    .map(({ entityName, entity }) => `${entityName}(${[...entity.fieldNames].sort().join(',')})`)
    .sort()
    .join(';');
}

/** Whether rows that are complete in one declaration are so in the other, too: of an older version of the app, for example. */
export function covers(complete: string, declaration: string): boolean {
  const known = new Set(declaredNames(complete));
  return declaredNames(declaration).every((name) => known.has(name));
}

function declaredNames(declaration: string): string[] {
  return declaration.split(';').flatMap((entity) => {
    const [name, fields = ''] = entity.replace(')', '').split('(');
    return [`${name}`, ...fields.split(',').map((field) => `${name}.${field}`)];
  });
}

function indexes(entity: Entity): string[] {
  return Object.entries(entity.fields)
    .filter(([, field]) => field.kind === 'reference' || field.kind === 'date' || field.kind === 'enum')
    .map(([name]) => name);
}
