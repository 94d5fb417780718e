import type { ClientDomain, NewRecordOf, Ownership, RecordOf } from '@backhaul/shared';
import type { Dexie, Table } from 'dexie';
import type { Attachments } from './attachments/attachments.ts';
import type { LocalConflicts } from './conflicts/local-conflicts.ts';
import type { PendingChanges } from './pending/pending-changes.ts';
import type { RejectedChanges } from './rejected/rejected-changes.ts';
import type { Sends } from './sends/sends.ts';
import type { ReadOnlyTable } from './store/read-only-table.ts';
import type { SyncControl } from './sync/sync-control.ts';

/** What `openBackhaul` answers: a Dexie database with a table for every entity of the domain. */
export type BackhaulDatabase<D extends ClientDomain = ClientDomain> = Dexie &
  EntityTables<D['entities']> & {
    readonly sync: SyncControl;
    readonly pending: PendingChanges;
    readonly rejected: RejectedChanges;
    readonly conflicts: LocalConflicts;
    readonly sends: Sends<Extract<keyof NonNullable<D['sends']>, string>>;
    readonly device: { readonly id: string };
  };

type EntityTables<Es> = {
  readonly [Name in keyof Es as CollectionName<Es[Name]>]: EntityTable<Es[Name]>;
};

type EntityTable<E> = E extends { readonly writer: 'server' }
  ? ReadOnlyTable<RecordOf<E>> & (E extends { readonly ownedBy: Ownership } ? Attachments<OwnerTypeOf<E>> : unknown)
  : Table<RecordOf<E>, string, NewRecordOf<E>>;

type OwnerTypeOf<E> = RecordOf<E> extends { readonly ownerType: infer Type extends string } ? Type : string;

/** `service_types` -> `serviceTypes`, as `defineEntity` does it. */
type CollectionName<E> = E extends { readonly table: infer Table extends string } ? CamelCase<Table> : never;
type CamelCase<Snake extends string> = Snake extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Snake;
