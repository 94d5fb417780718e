import { Dexie } from 'dexie';
import type { LocalDatabase } from './local-database.ts';
import type { HeldReason, OutboxChange } from './rows.ts';

/** Lets changes that are held for some reasons go at once. Answers their places in the outbox. */
export async function releaseHeld(local: LocalDatabase, isOver: (reason: HeldReason) => boolean): Promise<number[]> {
  const waiting = await local.outbox.where('held.notBefore').above(Dexie.minKey).toArray();
  const released = waiting.flatMap((change): OutboxChange[] => {
    const { held, state } = change;
    return held !== null && state === 'unsent' && isOver(held)
      ? [{ ...change, held: { ...held, notBefore: null } }]
      : [];
  });
  await local.outbox.bulkPut(released);
  return released.map(({ seq }) => seq);
}
