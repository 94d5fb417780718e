import { Dexie } from 'dexie';
import type { DeviceFault } from '../faults/fault.ts';
import { isUnique } from '../plan/draw-value.ts';
import { fieldKey, valueKey } from '../oracle/journal.ts';
import type { Edit } from '../plan/plan.ts';
import type { Device } from './device.ts';
import { bindEdit, type Intent, type IntentContext, type Written } from './intent.ts';
import type { LocalState } from './local-state.ts';
import type { Tab } from './tab.ts';
import type { World } from './world.ts';

/**
 * A person looks at the screen and does one thing. It enters the journal when the app said that it is saved, or when it turns
 * out to be there after a crash.
 */
export async function performEdit(
  world: World,
  where: { device: Device; tab: Tab },
  edit: Edit,
  fault: DeviceFault | null = null,
): Promise<void> {
  const { device, tab } = where;
  const before = await tab.life.gateOrEnd(device.look(tab));
  if (before === null) return;
  const hasTyped: IntentContext['hasTyped'] = (entity, id, field) =>
    world.journal.typingsOf(fieldKey(entity, id, field)).some(({ author }) => author === device.index);
  const intent = bindEdit(edit, { domain: device.domain, device, screen: before, hasTyped });
  if (intent === null) return;
  rememberRead(device, before);
  world.count.writes += 1;
  tab.storage.arm(fault);
  const outcome = await attempt(world, tab, intent);
  tab.storage.arm(null);
  if (outcome.kind === 'saved') {
    enter(world, device, outcome.written);
    await tab.life.gateOrEnd(device.look(tab));
    return;
  }
  // Where one may not work any more, nothing is written, and the app is told.
  if (outcome.kind === 'failed' && (await device.look(tab)).memory.barred !== null) return;
  if (outcome.kind === 'failed' && fault === null) {
    world.violation('I2', `device ${device.index}: a write failed without a fault: ${String(outcome.error)}`);
  }
  await world.revive(device);
  for (const part of wholes(intent, outcome)) await confirm(world, device, part, before);
}

/** A bulk write without a transaction keeps, as Dexie has it, the records that went well: each of them is a whole. */
function wholes(intent: Intent, outcome: Outcome): readonly Written[] {
  if (outcome.kind !== 'failed' || !(outcome.error instanceof Dexie.BulkError)) return [intent];
  const ids = new Set(intent.typed.map(({ id }) => id));
  return [...ids].map((id) => ({ typed: intent.typed.filter((typed) => typed.id === id), removed: [] }));
}

type Outcome =
  | { readonly kind: 'saved'; readonly written: Written }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'died' };

async function attempt(world: World, tab: Tab, intent: Intent): Promise<Outcome> {
  const work = intent.run(tab.db).then(
    (written): Outcome => ({ kind: 'saved', written }),
    (error: unknown): Outcome => ({ kind: 'failed', error }),
  );
  const died = tab.life.ended.then((): Outcome => ({ kind: 'died' }));
  return world.inTime('a write', Promise.race([work, died]));
}

/** Nobody knows whether it was saved: the screen says it, and it is all or nothing. */
async function confirm(world: World, device: Device, intent: Written, before: LocalState): Promise<void> {
  const after = await device.look();
  const shows = (state: LocalState, entity: string, id: string, field: string): string =>
    valueKey(state.rows.get(entity)?.get(id)?.[field]);
  const last = new Map(intent.typed.map((typed) => [fieldKey(typed.entity, typed.id, typed.field), typed]));
  const removed = intent.removed.filter(({ entity, id }) => before.rows.get(entity)?.has(id));
  const gone = new Set(removed.map(({ entity, id }) => `${entity}/${id}`));
  const telling = [...last.values()].filter(
    ({ entity, id, field, value }) =>
      !gone.has(`${entity}/${id}`) && shows(before, entity, id, field) !== valueKey(value),
  );
  const kept = [
    ...telling.map(({ entity, id, field, value }) => shows(after, entity, id, field) === valueKey(value)),
    ...removed.map(({ entity, id }) => after.rows.get(entity)?.has(id) !== true),
  ];
  if (kept.some((is) => is) && kept.some((is) => !is)) {
    world.violation(
      'I12',
      `device ${device.index}: half of a write survived: ${JSON.stringify([intent.typed, intent.removed])}`,
    );
  }
  if (kept.length > 0 && kept.every((is) => is)) enter(world, device, intent);
}

function enter(world: World, device: Device, { typed, removed }: Written): void {
  const { journal, clock } = world;
  // In their order: within one transaction a later one replaces an earlier one.
  for (const typing of typed) {
    const ofItsKind = isUnique(world.domain, typing.entity, typing.field) && typing.value !== null;
    const unique = typing.unique ?? ofItsKind;
    const certain = typing.certain !== false;
    journal.typed({
      ...typing,
      author: device.index,
      at: clock.serverNow,
      exact: device.knowsTime,
      unique,
      certain,
      sees: 'screen',
    });
  }
  for (const { entity, id } of removed) {
    journal.deleted({ author: device.index, entity, id });
    device.deleted.push({ entity, id });
  }
}

/** Some of what is on the screen now is put back later. */
function rememberRead(device: Device, { rows }: LocalState): void {
  for (const records of rows.values()) {
    for (const [id, row] of records) if (!device.read.has(id)) device.read.set(id, row);
  }
}
