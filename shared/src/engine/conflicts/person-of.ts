import type { UserId } from '../../ids.ts';

/** Somebody as answers call them: by the name that is known, else by their id. `null`: the service itself. */
export function personOf(names: ReadonlyMap<UserId, string>, userId: UserId | null) {
  return userId === null ? null : { userId, name: names.get(userId) ?? userId };
}
