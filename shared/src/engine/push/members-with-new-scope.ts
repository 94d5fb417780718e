import type { Cursor } from '../../cursor.ts';
import type { Domain } from '../../domain/define-domain.ts';
import type { UserId } from '../../ids.ts';
import type { WrittenRecord } from './fold.ts';

/** Users whose own scope record was made, changed in a key, deleted or revived, and the newest version that did it. */
export function membersWithNewScope(
  domain: Domain,
  written: Iterable<WrittenRecord>,
): { readonly users: UserId[]; readonly version: Cursor } | null {
  const { entity, userField, keys } = domain.memberScope;
  const users = new Set<UserId>();
  let version: Cursor | null = null;
  for (const { entity: name, before, after } of written) {
    if (name !== entity) continue;
    const watched = [userField, ...Object.values(keys).filter((field) => field !== 'id')];
    const isSame =
      before !== null &&
      (before.deletedAt === null) === (after.deletedAt === null) &&
      watched.every((field) => before.values[field] === after.values[field]);
    if (isSame) continue;
    for (const user of [before?.values[userField], after.values[userField]]) {
      if (typeof user === 'string') users.add(user as UserId);
    }
    if (version === null || after.updatedAt > version) version = after.updatedAt;
  }
  return version === null || users.size === 0 ? null : { users: [...users], version };
}
