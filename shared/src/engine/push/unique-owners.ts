import type { RecordId } from '../../ids.ts';
import type { StoredRecord } from '../../merge/stored-record.ts';
import { type AdmittedChange, type RejectedChange, reject } from './change.ts';

/** `entity.field` -> value -> the live record that holds it, for the unique fields that a request touches. */
export type UniqueOwners = ReadonlyMap<string, ReadonlyMap<string, RecordId>>;

/** Follows who holds which unique value while changes are decided one after the other. */
export class UniqueOwnersInProgress {
  readonly #owners: ReadonlyMap<string, Map<string, RecordId>>;

  constructor(owners: UniqueOwners) {
    this.#owners = new Map([...owners].map(([index, byValue]) => [index, new Map(byValue)]));
  }

  /** `null`: no other live record holds what this one would. */
  check(change: AdmittedChange, after: StoredRecord): RejectedChange | null {
    if (after.deletedAt !== null) return null;
    for (const [field, byValue] of this.#of(change)) {
      const value = after.values[field];
      const owner = typeof value === 'string' ? byValue.get(value) : undefined;
      if (owner !== undefined && owner !== change.entityId) {
        return reject(change, 'DUPLICATE_VALUE', `Another ${change.entity} already has this ${field}`, [field]);
      }
    }
    return null;
  }

  note(change: AdmittedChange, before: StoredRecord | null, after: StoredRecord): void {
    for (const [field, byValue] of this.#of(change)) {
      const old = before?.values[field];
      if (typeof old === 'string' && byValue.get(old) === change.entityId) byValue.delete(old);
      const value = after.values[field];
      if (typeof value === 'string' && after.deletedAt === null) byValue.set(value, change.entityId);
    }
  }

  #of({ entity }: AdmittedChange): [string, Map<string, RecordId>][] {
    const prefix = `${entity}.`;
    return [...this.#owners].flatMap(([index, byValue]) =>
      index.startsWith(prefix) ? [[index.slice(prefix.length), byValue]] : [],
    );
  }
}
