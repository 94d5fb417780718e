import type { Cursor } from '../../cursor.ts';
import { type Domain, entityOf } from '../../domain/define-domain.ts';
import type { Entity } from '../../domain/define-entity.ts';
import type { RecordId } from '../../ids.ts';
import type { AdmittedChange, Writer } from './change.ts';
import type { WrittenRecord } from './fold.ts';
import { recordKey } from './push-state.ts';

/** Records of `entity`, live or deleted, that belong to these of `owner`. */
export interface OwnedLookup {
  readonly entity: string;
  readonly owner: string;
  readonly ownerIds: readonly RecordId[];
}

export interface OwnedRecord {
  readonly id: RecordId;
  readonly ownerId: RecordId;
  readonly deletedAt: Cursor | null;
}

/** What has to be looked up because its owner was deleted or came back; nothing where none was. */
export function lookupsOfTurned(domain: Domain, written: ReadonlyMap<string, WrittenRecord>): OwnedLookup[] {
  return Object.entries<Entity>(domain.entities).flatMap(([entity, { ownedBy, fields }]) => {
    const type = ownedBy && fields[ownedBy.type];
    if (type?.kind !== 'enum') return [];
    return type.values.flatMap((owner) => {
      const ownerIds = [...written.values()].filter((record) => record.entity === owner && isTurned(record));
      return ownerIds.length === 0 ? [] : [{ entity, owner, ownerIds: ownerIds.map(({ after }) => after.id) }];
    });
  });
}

function isTurned({ before, after }: WrittenRecord): boolean {
  return before !== null && (before.deletedAt === null) !== (after.deletedAt === null);
}

/**
 * What belongs to a record is deleted with it and comes back with it: the service's own changes, to be applied after those that
 * did it. What was deleted by itself, before its owner was, does not come back.
 */
export function changesOfOwned(
  domain: Domain,
  written: ReadonlyMap<string, WrittenRecord>,
  { lookups, found }: { readonly lookups: readonly OwnedLookup[]; readonly found: readonly (readonly OwnedRecord[])[] },
): AdmittedChange[] {
  const turned = lookups.flatMap(({ entity, owner }, index) =>
    (found[index] ?? []).flatMap((record) => {
      const { before, after } = written.get(recordKey(owner, record.ownerId)) as WrittenRecord;
      const op = after.deletedAt === null ? ('revive' as const) : ('delete' as const);
      const follows = op === 'delete' ? record.deletedAt === null : cameWith(record, before?.deletedAt ?? null);
      return follows ? [{ op, entity, entityId: record.id, at: after.updatedAt }] : [];
    }),
  );
  return turned.map((change, index) => ({
    ...change,
    index,
    receipt: null,
    declaration: entityOf(domain, change.entity) as Entity,
    base: { kind: 'current' },
    payload: {},
    sent: {},
  }));
}

function cameWith({ deletedAt }: OwnedRecord, ownerDeletedAt: Cursor | null): boolean {
  return deletedAt !== null && ownerDeletedAt !== null && deletedAt >= ownerDeletedAt;
}

/** The service does this in the name of whoever wrote to the owner; it is no right of theirs. */
export function serviceFor({ userId, deviceId }: Writer): Writer {
  return { userId, deviceId, outbox: null, pullCursor: null, authority: { kind: 'service' } };
}
