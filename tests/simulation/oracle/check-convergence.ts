import type { OutboxEntry } from '../world/local-state.ts';
import type { Evidence } from './evidence.ts';
import { checkScreen } from './check-screen.ts';
import { valueKey } from './journal.ts';
import { visibleTo } from './truth.ts';

/** I1, I6: when all is quiet, every device holds what a fresh one would pull, and what is still waiting says why. */
export async function checkConvergence(evidence: Evidence): Promise<void> {
  const { world, truth, locals } = evidence;
  for (const device of world.devices) {
    const local = locals[device.index];
    for (const { changes } of evidence.vaults[device.index] ?? []) {
      for (const change of changes)
        world.violation('I2', `device ${device.index} could not hand over ${JSON.stringify(change)}`);
    }
    if (local?.memory.barred != null) {
      const rows = [...local.rows.values()].reduce((sum, records) => sum + records.size, 0);
      if (rows + local.copies.length > 0)
        world.violation('I6', `device ${device.index} is ${local.memory.barred} and keeps ${rows} records`);
      if (local.outbox.length > 0)
        world.violation('I2', `device ${device.index} is ${local.memory.barred}, its outbox is not set aside`);
    }
    if (!local || local.memory.barred !== null || world.isCutOff(device.index)) continue;
    checkScreen({ world, truth, device, state: local });
    for (const change of local.outbox) {
      const behindHeld = local.outbox.some(({ entityId, held }) => entityId === change.entityId && held !== null);
      if (!behindHeld) world.violation('I2', `device ${device.index} could not send ${JSON.stringify(change)}`);
      // Everybody has the newest app and service, and nothing fails any more: only a reference may still be missing.
      if (change.held !== null && change.held.code !== 'MISSING_REFERENCE')
        world.violation('I7', `device ${device.index} still waits for nothing: ${JSON.stringify(change)}`);
      if (
        device.person.role === 'manager' &&
        change.held?.code === 'MISSING_REFERENCE' &&
        !missesSomething(evidence, change)
      )
        world.violation('I7', `device ${device.index} waits for what is there: ${JSON.stringify(change)}`);
    }
  }
  await checkFreshPulls(evidence);
}

/** Whether a record that the change refers to is not there. Employees do not learn of every record that comes. */
function missesSomething({ world, truth }: Evidence, { entity, payload }: OutboxEntry): boolean {
  const fields = world.domain.entities[entity]?.fields ?? {};
  return Object.entries(payload).some(([name, value]) => {
    const field = fields[name];
    return field?.kind === 'reference' && typeof value === 'string' && !truth.stored.has(`${field.entity}/${value}`);
  });
}

/** What a new device of each member would get. */
async function checkFreshPulls({ world, truth }: Evidence): Promise<void> {
  for (const person of world.people) {
    const visible = visibleTo(truth, person);
    const pulled = await world.office.pullAs(person);
    for (const [key, row] of pulled) {
      const allowed = visible.get(key);
      if (!allowed) world.violation('I6', `a first pull of ${person.name} (${person.role}) brings ${key}`);
      else {
        for (const field of world.domain.entities[key.split('/')[0] ?? '']?.fieldNames ?? []) {
          if (valueKey(row[field]) !== valueKey(allowed[field])) {
            world.violation(
              'I6',
              `a first pull of ${person.name} brings ${key}.${field}=${valueKey(row[field])}, not ${valueKey(allowed[field])}`,
            );
          }
        }
      }
    }
    for (const key of visible.keys()) {
      if (!pulled.has(key)) world.violation('I1', `a first pull of ${person.name} (${person.role}) lacks ${key}`);
    }
  }
}
